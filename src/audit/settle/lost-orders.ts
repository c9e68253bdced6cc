import { type LostBy, type LostOrders, weaker } from "./lost-by.ts";
import { type Passed, type Position, passedBy } from "./passed.ts";

/** What is known of the orders without an outcome, one by one. */
export interface Examined {
  readonly undecided: readonly string[];
  /** These are all of them. */
  readonly complete: boolean;
  readonly positions: ReadonlyMap<string, Position>;
}

/**
 * Pure: which of them are lost. An order that the log does not hold is lost where the group was idle
 * and decided a probe: there is nothing that it could still come to.
 */
export function lostOrders(
  { undecided, complete, positions }: Examined,
  passed: Passed,
  probesDecided: number,
): LostOrders {
  const some = new Map<string, LostBy>();
  let weakest: LostBy = "stored-offset";
  for (const id of undecided) {
    const position = positions.get(id);
    const by =
      position === undefined
        ? probesDecided > 0
          ? "idle-group"
          : undefined
        : passedBy(position, passed);
    if (by === undefined) continue;
    some.set(id, by);
    weakest = weaker(weakest, by);
  }
  const all = complete && some.size === undecided.length ? weakest : undefined;
  return { all, some };
}

/** Partitions that hold orders of which nothing is known yet, in their order. */
export function openPartitions({ undecided, positions }: Examined, { some }: LostOrders): number[] {
  const open = new Set<number>();
  for (const id of undecided) {
    const position = positions.get(id);
    if (position !== undefined && !some.has(id)) open.add(position.partition);
  }
  return [...open].sort((one, other) => one - other);
}

/** How many are lost by which evidence. */
export function lostCounts({ all, some }: LostOrders, undecided: number): Map<LostBy, number> {
  const counts = new Map<LostBy, number>();
  for (const by of some.values()) counts.set(by, (counts.get(by) ?? 0) + 1);
  const rest = undecided - some.size;
  if (all !== undefined && rest > 0) counts.set(all, (counts.get(all) ?? 0) + rest);
  return counts;
}
