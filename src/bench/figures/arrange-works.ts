import type { Order } from "../../order/order.ts";
import { type OrderItem, writeOrderMessage } from "../../order/order-message.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { FetchedMessage } from "../../ports/log.ts";
import { prepareWork } from "../../reservation/prepare-work.ts";
import type { Work } from "../../reservation/work.ts";
import { type BenchOrder, benchOrders } from "./bench-orders.ts";
import { addContents, type Contents, contentsOf, noContents } from "./contents.ts";
import { hotProduct, type ScenarioName, soldOutProduct, unknownProduct } from "./scenarios.ts";

export interface ArrangeOptions {
  readonly scenario: ScenarioName;
  readonly seed: string;
  /** Messages in all. */
  readonly orders: number;
  readonly customers: number;
  /** Lines per order, where the scenario does not say otherwise. */
  readonly linesPerOrder: number;
  readonly partitions: number;
  readonly workers: number;
  /** Messages in one batch at most. */
  readonly batch: number;
  /** Messages in one work at most: a batch, or fewer for strategies that decide order by order. */
  readonly workMessages: number;
  readonly group: string;
  readonly topic: string;
  readonly partitionOf: (key: string, partitions: number) => number;
  readonly nowMs: number;
}

/** One transaction's work, as the batcher would hand it over, and what it must leave behind. */
export interface ArrangedWork {
  readonly work: Work;
  readonly messages: number;
  /** Of orders that no earlier work of the lane brought. */
  readonly contents: Contents;
}

export interface Arranged {
  /**
   * A lane has partitions of its own; its works are in log order and decided one after the other, so
   * a partition is in at most one transaction at a time.
   */
  readonly lanes: readonly (readonly ArrangedWork[])[];
  /** Messages in all, and lines in them. */
  readonly messages: number;
  readonly lines: number;
  /** Pieces in stock at the start, by product. */
  readonly stock: ReadonlyMap<string, number>;
}

interface ArrangedOrder {
  readonly order: Order;
  readonly items: readonly OrderItem[] | undefined;
  readonly amount: number;
  readonly partition: number;
  readonly isCopy: boolean;
}

/** Pieces that never run out. */
const ample = 1_000_000_000;
const copyEvery = 100;

/** Pure: the works of a scenario, all made before any clock starts. */
export function arrangeWorks(options: ArrangeOptions): Arranged {
  const { orders, workMessages, group, topic } = options;
  const placed = placeOrders(options);
  const nextOffset = new Map<number, number>();
  let messages = 0;
  let lines = 0;
  const lanes = placed.map((lane) => {
    const works: ArrangedWork[] = [];
    for (let at = 0; at < lane.length; at += workMessages) {
      const chunk = lane.slice(at, at + workMessages);
      messages += chunk.length;
      for (const { order } of chunk) lines += order.lines.length;
      works.push({
        work: prepareWork(group, topic, toSlices(chunk, nextOffset)),
        messages: chunk.length,
        contents: chunk
          .filter(({ isCopy }) => !isCopy)
          .map(({ order }) => contentsOf(order))
          .reduce(addContents, noContents),
      });
    }
    return works;
  });
  if (messages !== orders) throw new Error(`${messages} of ${orders} orders were arranged`);
  return { lanes, messages, lines, stock: stockFor(options.scenario, placed.flat()) };
}

/** Enough lanes that every worker finds one; not so many that batches could not be filled. */
export function laneCount({
  orders,
  batch,
  workers,
  partitions,
}: Pick<ArrangeOptions, "orders" | "batch" | "workers" | "partitions">): number {
  const filled = Math.floor(orders / (2 * batch));
  return Math.min(partitions, Math.max(workers, Math.min(3 * workers, filled)));
}

function placeOrders(options: ArrangeOptions): readonly (readonly ArrangedOrder[])[] {
  const { scenario, orders, partitions, partitionOf } = options;
  const lanes: ArrangedOrder[][] = Array.from({ length: laneCount(options) }, () => []);
  const next = benchOrders({
    seed: options.seed,
    customers: options.customers,
    quantity: scenario === "stock-1-quantity-2" ? 2 : 1,
    linesPerOrder: scenario === "three-lines" ? 3 : options.linesPerOrder,
    onlyProduct: scenario === "hot" ? hotProduct : undefined,
    startMs: options.nowMs - Math.ceil(orders / 100),
  });
  for (let n = 0; n < orders; n++) {
    const planned = next(n);
    const partition = partitionOf(planned.order.customerId, partitions);
    const lane = lanes[partition % lanes.length];
    if (lane === undefined) throw new RangeError(`partition ${partition} has no lane`);
    lane.push(variantOf(planned, partition, lane, options));
  }
  return lanes;
}

function variantOf(
  planned: BenchOrder,
  partition: number,
  lane: readonly ArrangedOrder[],
  { scenario, batch }: ArrangeOptions,
): ArrangedOrder {
  const position = lane.length;
  const asPlanned = { ...planned, partition, isCopy: false };
  if (scenario === "unknown-product" && position % batch === batch >> 1) {
    const [first, ...rest] = planned.order.lines;
    if (first === undefined) return asPlanned;
    const lines = [{ ...first, productId: unknownProduct }, ...rest];
    const items = planned.items?.map((item, index) =>
      index === 0 ? { ...item, product_id: unknownProduct } : item,
    );
    return { ...asPlanned, order: { ...planned.order, lines }, items };
  }
  if (scenario === "duplicates" && position % copyEvery === copyEvery - 1) {
    // In turn of the same batch and of an earlier one.
    const far = Math.floor(position / copyEvery) % 2 === 1 ? batch : 0;
    const original = lane[position - 10 - far] ?? lane[position - 10];
    if (original !== undefined) return { ...original, isCopy: true };
  }
  return asPlanned;
}

function toSlices(
  chunk: readonly ArrangedOrder[],
  nextOffset: Map<number, number>,
): readonly Slice[] {
  const slices = new Map<number, { from: number; messages: FetchedMessage[] }>();
  for (const { order, items, amount, partition } of chunk) {
    const offset = nextOffset.get(partition) ?? 0;
    nextOffset.set(partition, offset + 1);
    let slice = slices.get(partition);
    if (slice === undefined) {
      slice = { from: offset, messages: [] };
      slices.set(partition, slice);
    }
    slice.messages.push({
      offset,
      key: Buffer.from(order.customerId),
      value: Buffer.from(writeOrderMessage(order, amount, items)),
      timestampMs: order.placedAtMs,
    });
  }
  return [...slices].map(([partition, { from, messages }]) => ({
    partition,
    from,
    next: from + messages.length,
    messages,
  }));
}

function stockFor(
  scenario: ScenarioName,
  placed: readonly ArrangedOrder[],
): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>();
  for (const { order, isCopy } of placed) {
    if (isCopy) continue;
    for (const { productId, quantity } of order.lines)
      wanted.set(productId, (wanted.get(productId) ?? 0) + quantity);
  }
  wanted.delete(unknownProduct);
  const stock = new Map<string, number>();
  for (const [productId, pieces] of wanted) {
    if (scenario === "running-out") stock.set(productId, pieces >> 1);
    else if (scenario === "stock-1-quantity-2") stock.set(productId, 1);
    else
      stock.set(productId, scenario === "one-sold-out" && productId === soldOutProduct ? 0 : ample);
  }
  return stock;
}
