import type { Order } from "../order/order.ts";
import type { Slice } from "../partitions/slice.ts";
import type { WorkCounts } from "./work.ts";

/** How the decision of some work ended. */
export interface Decided {
  /**
   * Slices, or parts of them, whose effects and offsets are in the database, by this call or an
   * earlier one; of a partition in offset order.
   */
  readonly done: readonly Slice[];
  /** Partitions that another owner has moved on; nothing more was written of them. */
  readonly fenced: readonly { readonly partition: number; readonly stored: number | undefined }[];
  /** Slices, or what is left of them, given up because they are not ours any more or we are stopping. */
  readonly dropped: readonly Slice[];
  readonly counts: WorkCounts;
  readonly reserved: readonly Order[];
  /** Transactions begun again: by the strategy itself, and after errors that pass. */
  readonly retries: number;
}

const nothing: WorkCounts = { reserved: 0, rejected: 0, deadLettered: 0, duplicates: 0 };

export const undecided: Decided = {
  done: [],
  fenced: [],
  dropped: [],
  counts: nothing,
  reserved: [],
  retries: 0,
};

export function joined(a: Decided, b: Decided): Decided {
  return {
    done: [...a.done, ...b.done],
    fenced: [...a.fenced, ...b.fenced],
    dropped: [...a.dropped, ...b.dropped],
    counts: addCounts(a.counts, b.counts),
    reserved: [...a.reserved, ...b.reserved],
    retries: a.retries + b.retries,
  };
}

export function addCounts(a: WorkCounts, b: WorkCounts): WorkCounts {
  return {
    reserved: a.reserved + b.reserved,
    rejected: a.rejected + b.rejected,
    deadLettered: a.deadLettered + b.deadLettered,
    duplicates: a.duplicates + b.duplicates,
  };
}
