import { ExactSum } from "./exact-sum.ts";
import { handlers } from "./handlers/registry.ts";
import type { CountedEvent, MetricName, Tally } from "./tally.ts";

interface ProductTotal {
  readonly orders: number;
  readonly pieces: number;
  readonly cents: bigint;
}

/** One of several of the same customer and day where their cents together pass 2^53. */
interface SummaryTotal {
  readonly customerId: string;
  readonly day: string;
  readonly created: number;
  readonly paid: number;
  readonly shipped: number;
  readonly cancelled: number;
  readonly cents: number;
}

interface MetricTotal {
  readonly metric: MetricName;
  readonly dimension: string;
  readonly by: bigint;
}

/** What many events change together: a row of a table is changed once, but for the summaries'. */
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

interface SummarySum {
  readonly customerId: string;
  readonly day: string;
  created: number;
  paid: number;
  shipped: number;
  cancelled: number;
  cents: number;
}

/** Nested, not by a joined key: to build one costs more than all the rest. */
class Sums implements Tally {
  readonly #metrics = new Map<MetricName, Map<string, ExactSum>>();
  readonly #products = new Map<string, ProductSum>();
  readonly #summaries = new Map<string, Map<string, SummarySum>>();
  readonly #full: SummarySum[] = [];

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
    let sum = rows.get(customerId) ?? added(rows, customerId, nothing(customerId, day));
    if (!Number.isSafeInteger(sum.cents + cents)) {
      this.#full.push(sum);
      sum = added(rows, customerId, nothing(customerId, day));
    }
    sum[what]++;
    sum.cents += cents;
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
      summaries: [
        ...this.#full,
        ...[...this.#summaries.values()].flatMap((rows) => [...rows.values()]),
      ],
    };
  }
}

function nothing(customerId: string, day: string): SummarySum {
  return { customerId, day, created: 0, paid: 0, shipped: 0, cancelled: 0, cents: 0 };
}

function added<K, T>(rows: Map<K, T>, key: K, made: T): T {
  rows.set(key, made);
  return made;
}
