import type { FetchedMessage } from "../ports/log.ts";

/**
 * A run of one partition's log: everything from offset `from` up to, not including, `next`.
 * It may hold fewer messages than offsets (compacted logs, transaction markers), even none.
 */
export interface Slice {
  readonly partition: number;
  readonly from: number;
  readonly next: number;
  readonly messages: readonly FetchedMessage[];
}
