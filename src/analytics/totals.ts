import type { Change, CountedEvent, MetricName } from "./change.ts";
import { handlers } from "./handlers/registry.ts";

/** Sums of cents may pass 2^53 although none of the events' does. */
interface ProductTotal {
  orders: number;
  pieces: number;
  cents: bigint;
}

interface SummaryTotal {
  readonly customerId: string;
  readonly day: string;
  created: number;
  paid: number;
  shipped: number;
  cancelled: number;
  cents: bigint;
}

interface MetricTotal {
  readonly metric: MetricName;
  readonly dimension: string;
  by: bigint;
}

/** What many events change together: a row of a table is changed once. */
export interface Totals {
  readonly metrics: readonly MetricTotal[];
  readonly products: ReadonlyMap<string, Readonly<ProductTotal>>;
  readonly summaries: readonly Readonly<SummaryTotal>[];
}

/** Pure; in whatever order the events come, the sums are the same. */
export function totalsOf(events: readonly CountedEvent[]): Totals {
  // Nested, not by a joined key: to build one costs more than all the rest.
  const metrics = new Map<MetricName, Map<string, MetricTotal>>();
  const products = new Map<string, ProductTotal>();
  const summaries = new Map<string, Map<string, SummaryTotal>>();
  for (const event of events) {
    for (const change of handlers[event.eventType](event)) add(change);
  }
  return {
    metrics: [...metrics.values()].flatMap((rows) => [...rows.values()]),
    products,
    summaries: [...summaries.values()].flatMap((rows) => [...rows.values()]),
  };

  function add(change: Change): void {
    if (change.table === "sales_metrics") {
      const { metric, dimension, by } = change;
      const rows = found(metrics, metric, () => new Map<string, MetricTotal>());
      found(rows, dimension, () => ({ metric, dimension, by: 0n })).by += BigInt(by);
    } else if (change.table === "product_sales") {
      const total = found(products, change.productId, () => ({ orders: 0, pieces: 0, cents: 0n }));
      total.orders += change.orders;
      total.pieces += change.pieces;
      total.cents += BigInt(change.cents);
    } else {
      const { customerId, day, what, cents } = change;
      const rows = found(summaries, day, () => new Map<string, SummaryTotal>());
      const total = found(rows, customerId, () => ({
        ...{ customerId, day, cents: 0n },
        ...{ created: 0, paid: 0, shipped: 0, cancelled: 0 },
      }));
      total[what]++;
      total.cents += BigInt(cents);
    }
  }
}

function found<K, T>(rows: Map<K, T>, key: K, empty: () => T): T {
  const known = rows.get(key);
  if (known !== undefined) return known;
  const made = empty();
  rows.set(key, made);
  return made;
}
