import { ExactSum } from "./exact-sum.ts";
import { handlers } from "./handlers/registry.ts";
import type { CountedEvent, MetricName, Tally } from "./tally.ts";

interface ProductTotal {
  readonly orders: number;
  readonly pieces: number;
  readonly cents: bigint;
}

interface SummaryTotal {
  readonly customerId: string;
  readonly day: string;
  readonly created: number;
  readonly paid: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly cents: bigint;
}

interface MetricTotal {
  readonly metric: MetricName;
  readonly dimension: string;
  readonly by: bigint;
}

/** What many events change together: a row of a table is changed once. */
export interface Totals {
  readonly metrics: readonly MetricTotal[];
  readonly products: ReadonlyMap<string, ProductTotal>;
  readonly summaries: readonly SummaryTotal[];
}

/** Pure; in whatever order the events come, the sums are the same. */
export function totalsOf(events: readonly CountedEvent[]): Totals {
  const sums = new Sums();
  for (const event of events) handlers[event.eventType](event, sums);
  return sums.totals();
}

interface ProductSum {
  orders: number;
  pieces: number;
  readonly cents: ExactSum;
}

/** Nearly one for each event: it is summed up and handed out as it is. */
class SummarySum extends ExactSum {
  created = 0;
  paid = 0;
  shipped = 0;
  cancelled = 0;
  readonly customerId: string;
  readonly day: string;

  constructor(customerId: string, day: string) {
    super();
    this.customerId = customerId;
    this.day = day;
  }

  get cents(): bigint {
    return this.value;
  }
}

/** Nested, not by a joined key: to build one costs more than all the rest. */
class Sums implements Tally {
  readonly #metrics = new Map<MetricName, Map<string, ExactSum>>();
  readonly #products = new Map<string, ProductSum>();
  readonly #summaries = new Map<string, Map<string, SummarySum>>();

  metric(name: MetricName, dimension: string, by: number): void {
    const rows = this.#metrics.get(name) ?? added(this.#metrics, name, new Map());
    const sum = rows.get(dimension) ?? added(rows, dimension, new ExactSum());
    sum.add(by);
  }

  product(productId: string, orders: number, pieces: number, cents: number): void {
    const sum =
      this.#products.get(productId) ??
      added(this.#products, productId, { orders: 0, pieces: 0, cents: new ExactSum() });
    sum.orders += orders;
    sum.pieces += pieces;
    sum.cents.add(cents);
  }

  summary(
    customerId: string,
    day: string,
    what: "created" | "paid" | "shipped" | "cancelled",
    cents: number,
  ): void {
    const rows = this.#summaries.get(day) ?? added(this.#summaries, day, new Map());
    const sum = rows.get(customerId) ?? added(rows, customerId, new SummarySum(customerId, day));
    sum[what]++;
    sum.add(cents);
  }

  totals(): Totals {
    return {
      metrics: [...this.#metrics].flatMap(([metric, rows]) =>
        [...rows].map(([dimension, sum]) => ({ metric, dimension, by: sum.value })),
      ),
      products: new Map(
        [...this.#products].map(([id, { orders, pieces, cents }]) => [
          id,
          { orders, pieces, cents: cents.value },
        ]),
      ),
      summaries: [...this.#summaries.values()].flatMap((rows) => [...rows.values()]),
    };
  }
}

function added<K, T>(rows: Map<K, T>, key: K, made: T): T {
  rows.set(key, made);
  return made;
}
