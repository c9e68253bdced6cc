import { createHash } from "node:crypto";
import { lineAmount, toCents } from "../order/money.ts";
import type { OrderLine } from "../order/order.ts";
import { orderIdForKey } from "../order/order-id.ts";
import type { OrderItem } from "../order/order-message.ts";
import type { Product } from "../order/seeded-products.ts";
import { draw, seedFrom } from "./draw.ts";

export interface WorkloadSpec {
  /** Any text; the same one gives the same orders. */
  readonly seed: string;
  /** Part of every Idempotency-Key. A fresh one per run keeps runs apart on the server. */
  readonly runId: string;
  /** Customers to draw from, CUST00001 … */
  readonly customers: number;
  /** At least one. */
  readonly products: readonly Product[];
  /** Share (0 to 1) of the order lines that go to each of these products; the rest is spread evenly. */
  readonly hot: readonly HotProduct[];
  readonly quantity: { readonly min: number; readonly max: number };
  /** Lines per order; above 1 the orders carry `items`. */
  readonly linesPerOrder: number;
  /** Shares (0 to 1, together 1 at most) of the orders that are changed once they are accepted. */
  readonly changes?: Readonly<Record<OrderChange, number>> | undefined;
}

/** What becomes of some orders afterwards, where the target has such a thing. */
export const orderChanges = ["pay", "cancel"] as const;
export type OrderChange = (typeof orderChanges)[number];

export interface HotProduct {
  readonly productId: string;
  readonly share: number;
}

/** An order as it will be asked for. Everything about it is known before it is sent. */
export interface PlannedOrder {
  /** Place in the schedule, from 0. */
  readonly sequence: number;
  readonly orderId: string;
  readonly customerId: string;
  /** The Idempotency-Key, 1 to 255 characters that are safe in a header. */
  readonly key: string;
  readonly lines: readonly OrderLine[];
  /** Lines with their unit prices, for orders of several lines. */
  readonly items: readonly OrderItem[] | undefined;
  /** Σ quantity × price in currency units, exact in cents. */
  readonly amount: number;
  /** What will be asked of it when it is there; undefined: nothing. */
  readonly change?: OrderChange | undefined;
}

export interface Workload {
  readonly spec: WorkloadSpec;
  /** Pure: order n of this seed and run, in whatever sequence it is asked for. */
  order(n: number): PlannedOrder;
}

/** Draw 0 is the customer's; each line takes two more. */
const drawsBeforeLines = 1;
const drawsPerLine = 2;

/**
 * The key carries a fingerprint of the whole spec: the same run id with, say, other quantities must
 * not meet the first run's orders under their ids with different content.
 */
export function createWorkload(spec: WorkloadSpec): Workload {
  const seed = seedFrom(spec.seed);
  const keyPrefix = `${spec.runId}-${fingerprint(spec)}-`;
  const pickProduct = productPicker(spec.products, spec.hot);
  const { min, max } = spec.quantity;
  const customerDigits = Math.max(5, String(spec.customers).length);

  function item(n: number, line: number): OrderItem {
    const k = drawsBeforeLines + line * drawsPerLine;
    const { productId, price } = pickProduct(draw(seed, n, k));
    const quantity = min + Math.floor(draw(seed, n, k + 1) * (max - min + 1));
    return { product_id: productId, quantity, price };
  }

  function changeOf(n: number): OrderChange | undefined {
    if (spec.changes === undefined) return undefined;
    const { pay, cancel } = spec.changes;
    const drawn = draw(seed, n, drawsBeforeLines + spec.linesPerOrder * drawsPerLine);
    if (drawn < pay) return "pay";
    return drawn < pay + cancel ? "cancel" : undefined;
  }

  return {
    spec,
    order(n) {
      const customer = 1 + Math.floor(draw(seed, n, 0) * spec.customers);
      const customerId = `CUST${String(customer).padStart(customerDigits, "0")}`;
      const key = keyPrefix + n;
      const items = Array.from({ length: spec.linesPerOrder }, (_, line) => item(n, line));
      const lines = items.map(toLine);
      return {
        sequence: n,
        orderId: orderIdForKey(customerId, key),
        customerId,
        key,
        lines,
        items: items.length > 1 ? items : undefined,
        amount: sumOfAmounts(lines),
        change: changeOf(n),
      };
    },
  };
}

/** Every line with its unit price, also of an order that carries no `items`. */
export function pricedLines({ lines, items }: PlannedOrder): readonly OrderItem[] {
  return (
    items ??
    lines.map(({ productId: product_id, quantity, amount }) => ({
      ...{ product_id, quantity, price: (toCents(amount) ?? Number.NaN) / quantity / 100 },
    }))
  );
}

function toLine({ product_id, quantity, price }: OrderItem): OrderLine {
  return { productId: product_id, quantity, amount: lineAmount(quantity, price) };
}

/** In cents: 0.1 + 0.2 is not 0.3, 10 + 20 is 30. Every amount here has two decimals at most. */
function sumOfAmounts(lines: readonly OrderLine[]): number {
  return lines.reduce((cents, line) => cents + (toCents(line.amount) ?? Number.NaN), 0) / 100;
}

/** @returns a function from [0, 1) to a product, with the hot shares first and the rest even. */
function productPicker(
  products: readonly Product[],
  hot: readonly HotProduct[],
): (u: number) => Product {
  const share = new Map(hot.map((product) => [product.productId, product.share]));
  const even = products.filter((product) => !share.has(product.productId));
  const evenShare = Math.max(0, 1 - hot.reduce((sum, product) => sum + product.share, 0));
  let edge = 0;
  const edges = products
    .map((product) => ({ product, share: share.get(product.productId) ?? evenShare / even.length }))
    .filter((entry) => entry.share > 0)
    .map((entry) => {
      edge += entry.share;
      return { product: entry.product, edge };
    });
  const last = edges.at(-1);
  if (last === undefined) throw new Error("a workload needs at least one product");
  return (u) => (edges.find((entry) => u * edge < entry.edge) ?? last).product;
}

function fingerprint({ runId: _, ...content }: WorkloadSpec): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 8);
}
