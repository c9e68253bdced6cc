import type { LostBy } from "./lost-by.ts";

/** Where a message stands in the log. */
export interface Position {
  readonly partition: number;
  readonly offset: number;
}

/** How far a system has come in each partition: the next offset, by each kind of evidence. */
export interface Passed {
  /** Stored in the database with the effects. */
  readonly stored?: ReadonlyMap<number, number> | undefined;
  /** Committed to Kafka, and nothing was decided for as long as counts. */
  readonly committed?: ReadonlyMap<number, number> | undefined;
  /** After the last message that was decided: at once where the consumer keeps order, else long ago. */
  readonly decided?: ReadonlyMap<number, number> | undefined;
  /** After the last order that was sent to the idle group, and decided. */
  readonly probed?: ReadonlyMap<number, number> | undefined;
}

const evidence = [
  ["stored", "stored-offset"],
  ["committed", "committed-offset"],
  ["decided", "later-decided"],
  ["probed", "idle-group"],
] as const satisfies readonly (readonly [keyof Passed, LostBy])[];

/**
 * Pure: the strongest evidence that a message without an outcome will get none; undefined without
 * any. What stored offsets have not passed is decided yet, whatever came after it.
 */
export function passedBy({ partition, offset }: Position, passed: Passed): LostBy | undefined {
  for (const [side, by] of evidence) {
    if ((passed[side]?.get(partition) ?? 0) > offset) return by;
    if (side === "stored" && passed.stored !== undefined) return undefined;
  }
  return undefined;
}

/** Moves a partition's next offset on; never back. */
export function passTo(next: Map<number, number>, { partition, offset }: Position): void {
  next.set(partition, Math.max(next.get(partition) ?? 0, offset + 1));
}
