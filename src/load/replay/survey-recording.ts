import { stat } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";
import { toCents } from "../../order/money.ts";
import { type OrderLine, orderLimits } from "../../order/order.ts";
import type { Product } from "../../order/seeded-products.ts";
import type { HistoryRun } from "../history.ts";
import type { Intent } from "../history-parse.ts";
import { runDurationLimits } from "../schedule/schedule.ts";
import type { OrderChange } from "../workload.ts";
import { readIntents } from "./read-intents.ts";
import { Timeline } from "./timeline.ts";

/** What a history comes to, before any of it is sent again. */
export interface Recording {
  readonly path: string;
  readonly run: HistoryRun;
  /** With those of its warm-up, which come first. */
  readonly orders: number;
  readonly warmUpOrders: number;
  /** From the first order of its warm-up to its start; 0 without one. Milliseconds. */
  readonly warmUpMs: number;
  /** From its start until the next order after its last would have been due, at its average rate. */
  readonly durationMs: number;
  readonly timeline: Timeline;
  /** Some that were ordered, the first at least, with a price that they had. */
  readonly products: readonly Product[];
  readonly quantity: { readonly min: number; readonly max: number };
  readonly linesMax: number;
  readonly changes: Readonly<Record<OrderChange, number>>;
}

/** Enough to tell what products are like. */
const productsMax = 10_000;

/** As workloads make keys, and as a header takes them. */
const sendableKey = /^[\x21-\x7e]{1,255}$/;

/** Without rate and time of its own a recording of one moment lasts as long as a burst does. */
const durationMinMs = 1;

/**
 * Reads the whole file once. Memory grows with its seconds and its products, not with its orders.
 * @throws Failure("usage") when it cannot be replayed: no history of format 2, no orders, a line
 *   without a unit price.
 */
export async function surveyRecording(path: string): Promise<Recording> {
  await demandTwiceReadable(path);
  let run: HistoryRun | undefined;
  const survey = new Survey(path);
  const onRun = (found: HistoryRun) => {
    run = found;
  };
  for await (const _ of readIntents(path, { onRun, onIntent: (each) => survey.add(each) }));
  const { orders, warmUpOrders } = survey;
  if (run === undefined || orders === warmUpOrders)
    throw new Failure("usage", {
      what: `${path} has no orders to replay`,
      ...(orders > 0 && { meaning: "its load ended while it warmed up" }),
      remedy: "give a history whose load sent orders",
    });
  return { path, run, ...survey.result() };
}

/** A pipe is empty after the survey, and the replay would wait for it for ever. */
async function demandTwiceReadable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // What is not there is told of by the reader.
  if (found === undefined || found.isFile()) return;
  throw new Failure("usage", {
    what: `${path} is no regular file`,
    meaning: "a replay reads its history twice: for what it comes to, then order by order",
    remedy: "store the history in a file, .gz if need be",
  });
}

class Survey {
  readonly #path: string;
  readonly #timeline = new Timeline();
  readonly #products = new Map<string, number>();
  readonly #changes = { pay: 0, cancel: 0 };
  readonly #quantity = { min: Number.POSITIVE_INFINITY, max: 0 };
  #linesMax = 0;
  warmUpOrders = 0;
  #firstMs: number | undefined;
  #lastMs = 0;

  constructor(path: string) {
    this.#path = path;
  }

  get orders(): number {
    return this.#timeline.orders;
  }

  add({ key, lines, dueUs, change }: Intent): void {
    const dueMs = dueUs / 1_000;
    if (!(Math.abs(dueMs) <= runDurationLimits.maxMs))
      throw this.#refused(`it was due ${dueMs} ms after the start, and no load lasts so long`);
    if (!sendableKey.test(key)) throw this.#refused("its key cannot stand in a header");
    if (lines.length > orderLimits.linesMax)
      throw this.#refused(`it has ${lines.length} lines, and an order has ${orderLimits.linesMax}`);
    for (const line of lines) this.#addLine(line);
    this.#linesMax = Math.max(this.#linesMax, lines.length);
    if (change !== undefined) this.#changes[change]++;
    if (dueUs < 0) this.warmUpOrders++;
    this.#firstMs ??= dueMs;
    this.#lastMs = dueMs;
    this.#timeline.add(dueMs);
  }

  result(): Omit<Recording, "path" | "run"> {
    const { orders, warmUpOrders } = this;
    const counted = orders - warmUpOrders;
    // As many distances as orders: a steady rate comes out as it was.
    const exactMs = counted > 1 ? (this.#lastMs * counted) / (counted - 1) : this.#lastMs;
    // Times were rounded when they were written: 15 s must not come out as 15.000333 s.
    const spanMs = Math.round(exactMs);
    return {
      ...{ orders, warmUpOrders },
      warmUpMs: Math.max(0, -(this.#firstMs ?? 0)),
      durationMs: spanMs > this.#lastMs ? spanMs : this.#lastMs + durationMinMs,
      timeline: this.#timeline,
      products: Array.from(this.#products, ([productId, price]) => ({ productId, price })),
      quantity: this.#quantity,
      linesMax: this.#linesMax,
      changes: this.#changes,
    };
  }

  #addLine(line: OrderLine): void {
    const { productId, quantity, amount } = line;
    const price = quantity >= 1 ? unitPrice(line) : undefined;
    if (price === undefined)
      throw this.#refused(
        `${quantity} × ${productId} for ${amount} has no price for one piece that is whole cents`,
      );
    if (this.#products.size < productsMax && !this.#products.has(productId))
      this.#products.set(productId, price);
    this.#quantity.min = Math.min(this.#quantity.min, quantity);
    this.#quantity.max = Math.max(this.#quantity.max, quantity);
  }

  #refused(why: string): Failure {
    return new Failure("usage", {
      what: `order ${this.orders} of ${this.#path} cannot be replayed: ${why}`,
      meaning: "it would not be the order that was recorded",
      remedy: "give the file that `orders produce --history FILE` wrote, unchanged",
    });
  }
}

/** @returns undefined where the amount is not so many times a price in whole cents. */
export function unitPrice({ quantity, amount }: OrderLine): number | undefined {
  const cents = toCents(amount);
  return cents === undefined || cents % quantity !== 0 ? undefined : cents / quantity / 100;
}
