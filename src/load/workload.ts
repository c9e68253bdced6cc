import { createHash } from "node:crypto";
import { lineAmount, toCents } from "../order/money.ts";
import type { OrderLine } from "../order/order.ts";
import { batchElementKey, orderIdForKey } from "../order/order-id.ts";
import type { OrderItem } from "../order/order-message.ts";
import type { Product } from "../order/seeded-products.ts";
import { type Distribution, type Picker, picker } from "./distribution/distribution.ts";
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
  /** Unit prices to draw from, in currency units to the cent; left out, each product has its own. */
  readonly price?: { readonly min: number; readonly max: number } | undefined;
  /** Of what is drawn; uniform where one is left out. The least quantity and price are the first. */
  readonly distributions?:
    | Readonly<Partial<Record<"customers" | "products" | "quantity" | "price", Distribution>>>
    | undefined;
  /** Lines per order; above 1 the orders carry `items`. */
  readonly linesPerOrder: number;
  /**
   * Orders that travel in one request, from 2: consecutive ones, whose keys follow from the request's
   * as those of a batch do. Whoever splits a schedule must not split them. Undefined: each has its own.
   */
  readonly perRequest?: number | undefined;
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
  readonly spec: Pick<WorkloadSpec, "seed" | "runId">;
  /** Order n of the run: the same whenever it is asked for. */
  order(n: number): PlannedOrder;
}

/** Draw 0 is the customer's; each line takes two more. */
const drawsBeforeLines = 1;
const drawsPerLine = 2;
/** Prices are drawn beside that: whether they are changes no other draw. */
const drawOfPrices = 0x4000;

/**
 * The key carries a fingerprint of the whole spec: the same run id with, say, other quantities must
 * not meet the first run's orders under their ids with different content.
 */
export function createWorkload(spec: WorkloadSpec): Workload {
  const seed = seedFrom(spec.seed);
  const keyPrefix = `${spec.runId}-${fingerprint(spec)}-`;
  const { distributions = {}, price: prices } = spec;
  const pickProduct =
    distributions.products === undefined
      ? hotPicker(spec.products, spec.hot)
      : picker(distributions.products, spec.products.length);
  const { min, max } = spec.quantity;
  const pickQuantity = picker(distributions.quantity ?? uniform, max - min + 1);
  const pickCustomer = picker(distributions.customers ?? uniform, spec.customers);
  const centsMin = Math.round((prices?.min ?? 0) * 100);
  const pickCents =
    prices && picker(distributions.price ?? uniform, Math.round(prices.max * 100) - centsMin + 1);
  const customerDigits = Math.max(5, String(spec.customers).length);

  function item(n: number, line: number): OrderItem {
    const k = drawsBeforeLines + line * drawsPerLine;
    const product = spec.products[pickProduct(seed, n, k)];
    if (product === undefined) throw new Error("a workload needs at least one product");
    const quantity = min + pickQuantity(seed, n, k + 1);
    const price = pickCents
      ? (centsMin + pickCents(seed, n, drawOfPrices + line)) / 100
      : product.price;
    return { product_id: product.productId, quantity, price };
  }

  function keyOf(n: number): string {
    const { perRequest } = spec;
    if (perRequest === undefined) return keyPrefix + n;
    return batchElementKey(keyPrefix + Math.floor(n / perRequest), n % perRequest);
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
      const customer = 1 + pickCustomer(seed, n, 0);
      const customerId = `CUST${String(customer).padStart(customerDigits, "0")}`;
      const key = keyOf(n);
      const items: OrderItem[] = [];
      for (let line = 0; line < spec.linesPerOrder; line++) items.push(item(n, line));
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
export function sumOfAmounts(lines: readonly OrderLine[]): number {
  return lines.reduce((cents, line) => cents + (toCents(line.amount) ?? Number.NaN), 0) / 100;
}

const uniform: Distribution = { kind: "uniform" };

/** The hot shares as given and the rest even, found by halving. */
function hotPicker(products: readonly Product[], hot: readonly HotProduct[]): Picker {
  const share = new Map(hot.map((product) => [product.productId, product.share]));
  const evenShare = Math.max(0, 1 - hot.reduce((sum, product) => sum + product.share, 0));
  const even = products.length - share.size;
  let edge = 0;
  const edges = products.map(({ productId }) => {
    edge += share.get(productId) ?? evenShare / even;
    return edge;
  });
  const last = edges.findLastIndex((each, index) => each > (edges[index - 1] ?? 0));
  return (seed, n, k) => {
    const drawn = draw(seed, n, k) * edge;
    let [from, to] = [0, last];
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (drawn < (edges[middle] ?? 0)) to = middle;
      else from = middle + 1;
    }
    return from;
  };
}

function fingerprint({ runId: _, ...content }: WorkloadSpec): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex").slice(0, 8);
}
