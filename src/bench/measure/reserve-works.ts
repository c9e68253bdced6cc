import type { Strategy } from "../../reservation/work.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import { type Arranged, arrangeWorks } from "../figures/arrange-works.ts";
import { CopyRows, copyLines } from "../figures/copy-rows.ts";
import type { ScenarioName } from "../figures/scenarios.ts";
import type { Sandbox } from "./open-sandbox.ts";
import type { ReserveBenchOptions } from "./reserve-bench-options.ts";

export const partitions = 50;
/** A measurement ends between two works: those of strategies that decide order by order are short. */
const ordersInTurn = 100;

export type WorksOf = (scenario: ScenarioName, unit: Strategy["unit"]) => Arranged;

/**
 * Makes works when they are asked for, and keeps those of the last scenario: of all at once, a long
 * bench would fill the memory. The ids are the same each time.
 */
export function worksOf(
  { group, topic }: Sandbox,
  { settings, seed, orders, customers, linesPerOrder }: ReserveBenchOptions,
): WorksOf {
  const { workers, batch } = settings;
  const nowMs = Date.now();
  const last = new Map<Strategy["unit"], { scenario: ScenarioName; arranged: Arranged }>();
  return (scenario, unit) => {
    const known = last.get(unit);
    if (known?.scenario === scenario) return known.arranged;
    last.delete(unit);
    const arranged = arrangeWorks({
      ...{ scenario, seed, orders, customers, linesPerOrder, partitions, workers, batch },
      ...{ group, topic, partitionOf: partitionOfKey, nowMs },
      workMessages: unit === "order" ? Math.min(batch, ordersInTurn) : batch,
    });
    last.set(unit, { scenario, arranged });
    return arranged;
  };
}

/** The rows of all orders by ascending id. */
export function rowsOf({ lanes }: Arranged): CopyRows {
  const placed = lanes
    .flat()
    .flatMap(({ work }) => work.orders)
    .sort((a, b) => (a.order.orderId < b.order.orderId ? -1 : 1));
  const rows = new CopyRows();
  for (const { order, partition, message } of placed)
    rows.add(copyLines(order, partition, message.offset), order.lines.length);
  return rows;
}
