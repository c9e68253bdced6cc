import { describeFound } from "../order/describe-found.ts";
import { toCents } from "../order/money.ts";
import { isOrderText, type Order, type OrderLine, orderLimits } from "../order/order.ts";
import type { OrderItem } from "../order/order-message.ts";
import { expected } from "./order-schema.ts";
import { fieldProblem, type Problem } from "./problem.ts";

/** A request that has the shape of `orderSchema`; other fields may be there and are not looked at. */
export interface OrderRequest {
  readonly customer_id: string;
  readonly product_id?: string;
  readonly quantity?: number;
  readonly amount?: number;
  readonly items?: readonly OrderItem[];
}

/** What a message is written from. */
export interface AcceptedOrder {
  readonly order: Order;
  readonly amount: number;
  /** Present when the order was placed as items. Only our fields. */
  readonly items?: readonly OrderItem[];
}

export type OrderReading =
  | { readonly ok: true; readonly accepted: AcceptedOrder }
  | { readonly ok: false; readonly problem: Problem };

/**
 * The rules that a schema cannot state. Pure.
 * @param orderIdOf is asked only for a request that is good so far.
 */
export function readOrderRequest(
  request: OrderRequest,
  orderIdOf: (customerId: string) => string,
  placedAtMs: number,
): OrderReading {
  const { customer_id } = request;
  if (!isOrderText(customer_id)) return badText("customer_id", customer_id);
  const read = request.items === undefined ? readLine(request) : readItems(request, request.items);
  if ("problem" in read) return read;
  const { lines, ...rest } = read;
  const order = { orderId: orderIdOf(customer_id), customerId: customer_id, lines, placedAtMs };
  return { ok: true, accepted: { order, ...rest } };
}

interface Lines {
  readonly lines: readonly OrderLine[];
  readonly amount: number;
  readonly items?: readonly OrderItem[];
}

type Refused = Extract<OrderReading, { ok: false }>;

function readLine({ product_id, quantity, amount }: OrderRequest): Lines | Refused {
  if (product_id === undefined) return missing("product_id");
  if (!isOrderText(product_id)) return badText("product_id", product_id);
  if (quantity === undefined) return missing("quantity");
  if (amount === undefined) return missing("amount");
  const cents = toCents(amount);
  if (cents === undefined) return badMoney("amount", amount);
  // "+ 0" turns a minus zero, which JSON can carry, into zero.
  const inUnits = cents / 100 + 0;
  return { lines: [{ productId: product_id, quantity, amount: inUnits }], amount: inUnits };
}

function readItems(request: OrderRequest, given: readonly OrderItem[]): Lines | Refused {
  for (const field of ["product_id", "quantity"] as const) {
    if (request[field] !== undefined)
      return refuse(fieldProblem(field, "must not be given together with items"));
  }
  const lines: OrderLine[] = [];
  const items: OrderItem[] = [];
  let totalCents = 0;
  for (const [index, { product_id, quantity, price }] of given.entries()) {
    if (!isOrderText(product_id)) return badText(`items[${index}].product_id`, product_id);
    const cents = toCents(price);
    if (cents === undefined) return badMoney(`items[${index}].price`, price);
    const lineCents = cents * quantity + 0;
    totalCents += lineCents;
    // Below this every step is exact in a double; above it the order is refused anyway.
    if (totalCents > amountCentsMax)
      return refuse(fieldProblem("items", `must not exceed ${orderLimits.amountMax} in sum`));
    lines.push({ productId: product_id, quantity, amount: lineCents / 100 });
    items.push({ product_id, quantity, price: cents / 100 + 0 });
  }
  const { amount } = request;
  if (amount === undefined) return { lines, items, amount: totalCents / 100 };
  const cents = toCents(amount);
  if (cents === undefined) return badMoney("amount", amount);
  if (cents !== totalCents) {
    const sum = totalCents / 100;
    return refuse(
      fieldProblem("amount", `must be the sum of quantity × price, ${sum}; found ${amount}`),
    );
  }
  return { lines, items, amount: totalCents / 100 };
}

const amountCentsMax = Math.round(orderLimits.amountMax * 100);

function missing(field: string): Refused {
  return refuse(fieldProblem(field, "is missing"));
}

function badText(field: string, found: unknown): Refused {
  return refuse(fieldProblem(field, `${expected.text}; found ${describeFound(found)}`));
}

function badMoney(field: string, found: number): Refused {
  return refuse(fieldProblem(field, `${expected.money}; found ${found}`));
}

function refuse(problem: Problem): Refused {
  return { ok: false, problem };
}
