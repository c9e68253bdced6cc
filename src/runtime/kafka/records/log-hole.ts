import type { LogHole } from "../../../ports/log.ts";

/** What kafkajs keeps of the batch that a record stood in; it filters aborted and control records by it. */
export interface BatchContext {
  readonly firstOffset: string;
  readonly lastOffsetDelta: number;
  readonly firstTimestamp: string;
  readonly maxTimestamp: string;
  readonly timestampType: number;
  readonly partitionLeaderEpoch: number;
  readonly producerId: string;
  readonly producerEpoch: number;
  readonly firstSequence: number;
  readonly inTransaction: boolean;
  readonly isControlBatch: boolean;
  readonly magicByte: number;
}

const noHeaders = Object.freeze({});

/**
 * Stands among fetched records where the log has none that can be read. It looks like a record, so
 * that kafkajs carries it through, moves past it, and drops it with its batch where that is a control
 * batch or of an aborted transaction: then nothing is missing.
 */
class HoleRecord {
  readonly offset: string;
  readonly hole: LogHole;
  readonly batchContext: BatchContext;
  /** Also of an aborted transaction: then nothing is missing. */
  isControlRecord: boolean;
  readonly magicByte: number;
  readonly timestamp: string;
  readonly attributes = 0;
  readonly key = null;
  readonly value = null;
  readonly headers = noHeaders;
  readonly sizeBytes = 0;

  constructor(offset: number, hole: LogHole, batchContext: BatchContext) {
    this.offset = String(offset);
    this.hole = hole;
    this.batchContext = batchContext;
    this.isControlRecord = batchContext.isControlBatch;
    this.magicByte = batchContext.magicByte;
    this.timestamp = batchContext.maxTimestamp;
  }
}

/** Records of one partition as fetched, in offset order; marked where holes stand among them. */
export interface FetchedRecords extends Array<object> {
  hasHoles?: true;
}

/** At both of its ends: kafkajs looks at the first and at the last offset of what it fetched. */
export function addHole(records: FetchedRecords, hole: LogHole, context: BatchContext): void {
  records.hasHoles = true;
  records.push(new HoleRecord(hole.from, hole, context));
  if (hole.to > hole.from) records.push(new HoleRecord(hole.to, hole, context));
}

/** @returns undefined for a record. */
export function holeAt(message: object): LogHole | undefined {
  return message instanceof HoleRecord ? message.hole : undefined;
}

/** Of a partition's fetched records, the first offset of the first batch: where its log goes on. */
export function firstOffsetOf(records: readonly object[]): number | undefined {
  const first = records[0] as
    | { readonly offset: string; readonly batchContext?: { readonly firstOffset: string } }
    | undefined;
  if (first === undefined) return undefined;
  return Number(first.batchContext?.firstOffset ?? first.offset);
}
