import * as Flags from "@oclif/core/flags";

/** Flags that the benches have in common. */
export function benchFlags({
  orders,
  ordersMax,
  runs,
}: {
  readonly orders: number;
  /** They are held in memory: as works, or as rows for COPY. */
  readonly ordersMax: number;
  readonly runs: number;
}) {
  return {
    orders: Flags.integer({
      summary: "orders in a measurement",
      default: orders,
      min: 100,
      max: ordersMax,
      helpValue: "N",
    }),
    lines: Flags.integer({
      summary: "lines per order",
      default: 1,
      min: 1,
      max: 100,
      helpValue: "N",
    }),
    runs: Flags.integer({
      summary: "runs, of which the median is given",
      default: runs,
      min: 1,
      max: 100,
      helpValue: "N",
    }),
    seed: Flags.string({
      summary: "the same seed gives the same customers and products",
      default: "bench",
      helpValue: "TEXT",
    }),
    timeout: Flags.string({ summary: "longest bench in all", default: "1h", helpValue: "D" }),
    html: Flags.string({
      summary: "also write a page with a chart to this file",
      helpValue: "FILE",
    }),
  };
}
