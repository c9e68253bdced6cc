import type { PartitionRange } from "../ports/log.ts";

/** What the log says of the order rows that a run wrote: the books, read from the back. */
export type RowOrigins =
  | {
      readonly read: false;
      /** Why nothing is known. */
      readonly why: string;
      /** False where a system may do without this evidence. */
      readonly required: boolean;
    }
  | {
      readonly read: true;
      /** Rows that transactions begun since the run began wrote or changed. */
      readonly rows: number;
      /** Of those, rows whose order no message of the log asks for, for certain. */
      readonly strangers: Seen;
      /** Rows whose message was not found, where it may have been there. */
      readonly doubtful: Seen;
      readonly doubt: string;
      /** Rows for the run's own customers that its history does not have; undefined: not known whose. */
      readonly unasked: Seen | undefined;
    };

export interface Seen {
  readonly count: number;
  readonly examples: readonly string[];
}

/** A message as far as an audit needs it: which order it asks for. */
export interface LoggedOrder {
  readonly partition: number;
  readonly offset: number;
  /** undefined when the value names none. */
  readonly orderId: string | undefined;
  /** It places no order: another event of the topic. */
  readonly other?: true;
  /** What it asks for; undefined when no consumer could read an order in it. */
  readonly contents?: OrderContents | undefined;
}

/** What an order asks for, wherever that stands. */
export interface OrderContents {
  /** undefined: it does not say, in a form that is known. */
  readonly customerId: string | undefined;
  readonly lines: readonly AskedLine[];
}

/** A line as far as it is known what was asked for. */
export interface AskedLine {
  readonly productId: string;
  readonly quantity: number;
  /** Of the line in all, in currency units; undefined: nobody says, as where the system sets the prices. */
  readonly amount: number | undefined;
}

/** Where the writing of rows began. */
export interface OriginsBaseline {
  /** undefined where the table does not say which transaction wrote a row. */
  readonly rows: { readonly nextTransaction: string; readonly rows: number } | undefined;
  /** What was decided by then, by partition; orders before were decided before. */
  readonly decidedTo: ReadonlyMap<number, number>;
  /** Offsets that consumers of other topics had stored in this database. */
  readonly otherTopics: string;
}

/** What lies before what was read, nearest first: at most `size` messages of each partition. */
export function spansBefore(
  starts: ReadonlyMap<number, number>,
  ranges: readonly PartitionRange[],
  size: number,
): readonly PartitionRange[] {
  return ranges.flatMap(({ partition, low }) => {
    const high = starts.get(partition) ?? low;
    return high > low ? [{ partition, low: Math.max(low, high - size), high }] : [];
  });
}
