/** Where one partition stands, from the three sources that know something about it. */
export interface PartitionPosition {
  readonly partition: number;
  /** First offset that still exists, and the next to be written, read before the tables were locked. */
  readonly low: number;
  readonly high: number;
  /** Next offset to decide by consumer_offsets, read under the lock; the truth for our consumers. */
  readonly stored: number | undefined;
  /** Next offset by Kafka's group, all there is for consumers that keep no row. */
  readonly committed: number | undefined;
}

export interface EpochPlan {
  /** First offset of the new epoch, by partition. */
  readonly logOffsets: Readonly<Record<string, number>>;
  readonly behind: readonly { readonly partition: number; readonly messages: number }[];
  /** Messages placed but not decided. */
  readonly messagesBehind: number;
}

/**
 * Pure. An epoch begins where the consumers will go on: everything they still decide lands in the
 * emptied tables, and nothing else does. Where nobody is behind, that is the end of the log as it
 * was when the tables were locked. (The end itself would be wrong: what is placed while we reset,
 * or what `--force` leaves undecided, would then be decided into an epoch that does not know it.)
 */
export function planEpoch(positions: readonly PartitionPosition[]): EpochPlan {
  const logOffsets: Record<string, number> = {};
  const behind: { partition: number; messages: number }[] = [];
  for (const { partition, low, high, stored, committed } of positions) {
    // A position before the log's start goes on at its start: what is gone can't be decided.
    const next = Math.max(low, stored ?? committed ?? low);
    logOffsets[String(partition)] = next;
    if (next < high) behind.push({ partition, messages: high - next });
  }
  return {
    logOffsets,
    behind,
    messagesBehind: behind.reduce((sum, { messages }) => sum + messages, 0),
  };
}
