import { describeFound } from "../order/describe-found.ts";
import { toCents } from "../order/money.ts";
import { isOrderText, orderLimits } from "../order/order.ts";
import type { ShopEventItem } from "../order/shop-event.ts";
import { fieldProblem, type ShopProblem } from "./problem.ts";

/** What a customer asks for, with amounts in whole cents. */
export interface NewOrder {
  readonly customerId: string;
  readonly items: readonly ShopEventItem[];
  readonly totalCents: number;
}

export type CreateReading =
  | { readonly ok: true; readonly order: NewOrder }
  | { readonly ok: false; readonly problem: ShopProblem };

const limits = orderLimits;
const text = `must be text of 1 to ${limits.textLengthMax} characters without NUL or lone surrogates`;
const whole = `must be a whole number from ${limits.quantityMin} to ${limits.quantityMax}`;
const money = `must be a number from 0 to ${limits.amountMax} with at most two decimals`;
const lines = `must be an array of 1 to ${limits.linesMax} items {productId, quantity, price}`;
const totalCentsMax = Math.round(limits.amountMax * 100);

/**
 * Pure: a body that is JSON, judged; its fields that are not ours are ignored. Prices of fractions of
 * a cent are refused, never rounded.
 */
export function readCreateRequest(body: unknown): CreateReading {
  if (!isRecord(body))
    return refuse({
      error: "invalid_body",
      message: `an order must be a JSON object; found ${describeFound(body)}`,
    });
  const { customerId, items: given } = body;
  if (!isOrderText(customerId)) return bad("customerId", text, customerId);
  if (!Array.isArray(given) || given.length === 0 || given.length > limits.linesMax)
    return bad("items", lines, given);
  const items: ShopEventItem[] = [];
  let totalCents = 0;
  for (const [index, item] of given.entries()) {
    const at = `items[${index}]`;
    if (!isRecord(item)) return bad(at, "must be an object {productId, quantity, price}", item);
    const { productId, quantity, price } = item;
    if (!isOrderText(productId)) return bad(`${at}.productId`, text, productId);
    if (!isQuantity(quantity)) return bad(`${at}.quantity`, whole, quantity);
    const priceCents = centsOf(price);
    if (priceCents === undefined) return bad(`${at}.price`, money, price);
    totalCents += priceCents * quantity;
    // Below this every step is exact in a double; above it the order is refused anyway.
    if (totalCents > totalCentsMax)
      return refuse(fieldProblem("items", `must not exceed ${limits.amountMax} in sum`));
    items.push({ productId, quantity, priceCents });
  }
  return { ok: true, order: { customerId, items, totalCents } };
}

/** Whether both ask for the same: a retry, not a conflict. */
export function asksForTheSame(a: NewOrder, b: NewOrder): boolean {
  return (
    a.customerId === b.customerId &&
    a.items.length === b.items.length &&
    a.items.every((item, index) => {
      const other = b.items[index];
      return (
        item.productId === other?.productId &&
        item.quantity === other.quantity &&
        item.priceCents === other.priceCents
      );
    })
  );
}

function centsOf(price: unknown): number | undefined {
  if (typeof price !== "number" || price < 0 || price > limits.amountMax) return undefined;
  const cents = toCents(price);
  // "+ 0" turns a minus zero, which JSON can carry, into zero.
  return cents === undefined ? undefined : cents + 0;
}

function isQuantity(value: unknown): value is number {
  const { quantityMin, quantityMax } = limits;
  return (
    Number.isInteger(value) && (value as number) >= quantityMin && (value as number) <= quantityMax
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function bad(field: string, rule: string, found: unknown): CreateReading {
  return refuse(
    fieldProblem(
      field,
      found === undefined ? "is missing" : `${rule}; found ${describeFound(found)}`,
    ),
  );
}

function refuse(problem: ShopProblem): CreateReading {
  return { ok: false, problem };
}
