import type { BatchContext } from "./log-hole.ts";

/** As in a fetch response; the brokers list them by where they end. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

/** The part of a fetched record that matters here; none of its context before format 2. */
export interface MaybeAborted {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly batchContext?: BatchContext;
  isControlRecord: boolean;
}

/**
 * Marks the records of aborted transactions as no data: kafkajs drops control records. Its own filter
 * takes the transactions in the order of the answer, and one for each record: where the transactions
 * of two producers interleave, or a fetch begins within them, it lets aborted records through.
 * @param records of one partition, in offset order.
 */
export function markAborted(
  records: readonly MaybeAborted[],
  transactions: readonly AbortedTransaction[],
): void {
  const pending = transactions
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .sort((a, b) => a.first - b.first);
  const aborted = new Set<string>();
  let next = 0;
  for (const record of records) {
    const context = record.batchContext;
    if (context === undefined) continue;
    const offset = Number(record.offset);
    for (let at = pending[next]; at !== undefined && at.first <= offset; at = pending[++next])
      aborted.add(at.producerId);
    if (!context.inTransaction || !aborted.has(context.producerId)) continue;
    if (!context.isControlBatch) record.isControlRecord = true;
    else if (endsAborted(record)) aborted.delete(context.producerId);
  }
}

/** A control record's key: its version (2 bytes), then 0 for an abort, 1 for a commit. */
function endsAborted({ key }: MaybeAborted): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === 0;
}
