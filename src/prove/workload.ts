import { draw, type Seed, seedFrom } from "../load/draw.ts";
import type { Order, OrderLine } from "../order/order.ts";
import { orderIdForKey } from "../order/order-id.ts";
import { writeOrderMessage } from "../order/order-message.ts";
import type { OutgoingMessage } from "../ports/log.ts";

/** An order, and the message that a client makes of it. */
export interface PlacedOrder {
  readonly order: Order;
  readonly value: Buffer;
  /** How often it is sent: a client that heard no answer sends the same again. */
  readonly copies: number;
}

export interface Workload {
  /** Pieces that are available when it begins. */
  readonly stock: ReadonlyMap<string, number>;
  readonly orders: readonly PlacedOrder[];
  /** What other programs write to the same topic: no order can be read in it. */
  readonly strays: readonly OutgoingMessage[];
}

export interface WorkloadSize {
  /** Any text; the same one gives the same orders, but for their ids. */
  readonly seed: string;
  /** Keeps the ids of two runs apart. */
  readonly runId: string;
  readonly orders: number;
  readonly customers: number;
}

/** Of each the orders want more than there is, just so much, or less. */
const shares = { PROD001: 0.4, PROD002: 0.8, PROD003: 1, PROD004: 3, PROD005: 3 } as const;
const productIds = Object.keys(shares) as readonly (keyof typeof shares)[];
const quantityMax = 4;
const linesMax = 3;
const strays: readonly OutgoingMessage[] = ['{"order', "", "[]", "5", '"order"'].map((text, n) => {
  return { key: `STRAY-${n}`, value: Buffer.from(text) };
});
/** One order in so many. */
const unknownProductIn = 25;
const repeatedIn = 12;

/**
 * Pure. Orders in which everything happens that may: several lines, the same product on two of them,
 * stock that runs out, products that nobody knows, messages that come again, and messages that can
 * never be decided.
 */
export function drawWorkload({ seed: text, runId, orders, customers }: WorkloadSize): Workload {
  const seed = seedFrom(text);
  const placed = Array.from({ length: orders }, (_, n) =>
    placedOrder(
      drawOrder(seed, n, { runId, customers }),
      draw(seed, n, 3) < 1 / repeatedIn ? 2 : 1,
    ),
  );
  const wanted = new Map<string, number>();
  for (const { order } of placed) {
    for (const { productId, quantity } of order.lines)
      wanted.set(productId, (wanted.get(productId) ?? 0) + quantity);
  }
  const stock = productIds.map((productId) => {
    const pieces = Math.ceil((wanted.get(productId) ?? 0) * shares[productId]);
    return [productId, pieces] as const;
  });
  return { stock: new Map(stock), orders: placed, strays };
}

export function placedOrder(order: Order, copies = 1): PlacedOrder {
  return { order, copies, value: messageOf(order) };
}

/** The message of an order, as the intake writes it. */
export function messageOf(order: Order): Buffer {
  const [first, ...further] = order.lines;
  if (first !== undefined && further.length === 0)
    return Buffer.from(writeOrderMessage(order, first.amount));
  const cents = order.lines.reduce((sum, { amount }) => sum + Math.round(amount * 100), 0);
  const items = order.lines.map(({ productId, quantity, amount }) => {
    return { product_id: productId, quantity, price: Math.round((amount * 100) / quantity) / 100 };
  });
  return Buffer.from(writeOrderMessage(order, cents / 100, items));
}

function drawOrder(
  seed: Seed,
  n: number,
  { runId, customers }: Pick<WorkloadSize, "runId" | "customers">,
): Order {
  const customerId = `C${String(Math.floor(draw(seed, n, 0) * customers)).padStart(3, "0")}`;
  const lines = 1 + Math.floor(draw(seed, n, 1) ** 2 * linesMax);
  return {
    orderId: orderIdForKey(customerId, `${runId}-${n}`),
    customerId,
    lines: Array.from({ length: lines }, (_, line) => drawLine(seed, n, 10 + 3 * line)),
    placedAtMs: Date.UTC(2026, 0, 31) + n,
  };
}

function drawLine(seed: Seed, n: number, k: number): OrderLine {
  const known = draw(seed, n, k) >= 1 / unknownProductIn;
  // A draw to the power of two: the first products are the hot ones.
  const product = productIds[Math.floor(draw(seed, n, k + 1) ** 2 * productIds.length)];
  const quantity = 1 + Math.floor(draw(seed, n, k + 2) * quantityMax);
  return {
    productId: known ? (product ?? "PROD001") : "NOT-STOCKED",
    quantity,
    amount: (quantity * (1_999 + n)) / 100,
  };
}
