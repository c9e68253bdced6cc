import type { EvidencePresent } from "../database-evidence.ts";

/** Why everything below an offset must have been decided. */
export type JudgedBy =
  /** Stored in the transaction of its effects. */
  | "stored-offsets"
  /** Committed to Kafka. */
  | "committed-offsets"
  /** All that the log held when the audit began, for nothing moved any more. */
  | "settled";

/** What a check of the ledger may know besides the orders. */
export interface LedgerEvidence {
  readonly present: EvidencePresent;
  readonly topic: string;
  /** First offset that was read, by partition. */
  readonly from: ReadonlyMap<number, number>;
  /** What lies below, by partition, must have been decided; of what lies beyond nothing is said. */
  readonly judgedTo: ReadonlyMap<number, number>;
  readonly judgedBy: JudgedBy;
  /** Nothing before what was read can have made a row: the epoch's whole log was read. */
  readonly wholeLog: boolean;
  /** Why messages may be missing from what was read; undefined: it was read without a gap. */
  readonly logDoubt: string | undefined;
  /** Whether somebody told what was sent. */
  readonly history: boolean;
  /** The history ended within a line: orders of it may be missing. */
  readonly historyCut: boolean;
  /** When the orders were emptied last, on the database's clock; undefined: nobody keeps that. */
  readonly epochBeganAtMs: number | undefined;
  /** Nobody but the history's senders placed orders. */
  readonly alone: boolean;
  /** Whether the rows say which message they were decided from. */
  readonly sources: boolean;
  /** The project's own consumers decided: they store their offsets with the effects. */
  readonly ownConsumer: boolean;
  /** Orders of other topics were decided in this database, too. */
  readonly otherTopics: boolean;
}

export function isJudged(
  { partition, offset }: { readonly partition: number; readonly offset: number },
  judgedTo: ReadonlyMap<number, number>,
): boolean {
  return offset < (judgedTo.get(partition) ?? 0);
}
