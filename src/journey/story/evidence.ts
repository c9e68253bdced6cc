/** All that is known of one order, from wherever it is. Times are milliseconds since the epoch. */
export interface StoryEvidence {
  readonly orderId: string;
  /** The topic on which orders are placed, and the group that decides them. */
  readonly topic: string;
  readonly group: string;
  readonly sent: readonly SentEvidence[];
  /** Why histories were not looked at, or not all. */
  readonly historiesUnknown: string | undefined;
  readonly log: LogEvidence;
  readonly database: DatabaseEvidence;
  /** Of the shop; undefined: the shop does not know it, or there is none. */
  readonly shop: ShopEvidence | undefined;
}

export interface OrderedLine {
  readonly productId: string;
  readonly quantity: number;
}

/** What a load's history says. */
export interface SentEvidence {
  /** The history's file. */
  readonly from: string;
  readonly state: "acked" | "failed" | "unknown" | "dropped";
  /** Status code or kind of error. */
  readonly kind: string;
  readonly customerId: string;
  readonly lines: readonly OrderedLine[];
  readonly intendedAtMs: number;
  readonly sentAtMs: number | undefined;
  readonly answeredAtMs: number | undefined;
}

export interface MessageEvidence {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestampMs: number;
  /** undefined: its contents cannot be read. */
  readonly contents:
    | { readonly customerId: string; readonly lines: readonly OrderedLine[] }
    | undefined;
  /** The order that it is of; undefined where nobody can tell. */
  readonly orderId: string | undefined;
}

export interface LogEvidence {
  /** Of this order, in the order of their places. */
  readonly messages: readonly MessageEvidence[];
  /** At places that the database names; messages of other orders stand here. */
  readonly others: readonly MessageEvidence[];
  /** Everything that the log still holds, from where the order can be at the earliest, was looked at. */
  readonly searched: boolean;
  /** Messages were deleted from the log's beginning that may have been this order's. */
  readonly cutOff: boolean;
  /** Why the log was not looked at, or not as a whole. */
  readonly unknown: string | undefined;
  /** The first offset that the log still has, by partition. */
  readonly low: ReadonlyMap<number, number>;
  /** Next offset by partition, as the group committed it to Kafka. */
  readonly committed: ReadonlyMap<number, number>;
  /** Who holds a partition now, as the group says: its client and member id. */
  readonly holders: ReadonlyMap<number, string>;
}

export interface RowEvidence {
  readonly lineNo: number | undefined;
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  readonly amount: number;
  readonly status: string;
  readonly reason: string | undefined;
  readonly detail: { readonly wanted?: number; readonly available?: number } | undefined;
  readonly partition: number | undefined;
  readonly offset: number | undefined;
  readonly placedAtMs: number | undefined;
  readonly createdAtMs: number | undefined;
  readonly updatedAtMs: number | undefined;
  /** Of the transaction that wrote the row as it stands, and when that was committed. */
  readonly transaction: string | undefined;
  readonly committedAtMs: number | undefined;
}

export interface LetterEvidence {
  readonly letterId: number;
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly reason: string;
  readonly detail: string;
  readonly recordedAtMs: number;
  readonly publishedAtMs: number | undefined;
  readonly replays: readonly ReplayEvidence[];
}

export interface ReplayEvidence {
  readonly topic: string;
  readonly partition: number;
  /** undefined: it is not there, or nobody knows. */
  readonly offset: number | undefined;
  readonly result: "produced" | "lost" | "unknown" | undefined;
  readonly intendedAtMs: number;
  readonly settledAtMs: number | undefined;
}

export interface MovementEvidence {
  readonly productId: string;
  readonly reason: string;
  readonly deltaAvailable: number;
  readonly deltaTotal: number;
  readonly movedAtMs: number;
}

/** Of one moment. */
export interface DatabaseEvidence {
  readonly atMs: number;
  readonly rows: readonly RowEvidence[];
  readonly letters: readonly LetterEvidence[];
  /** Stock that moved for this order after it was decided. */
  readonly movements: readonly MovementEvidence[];
  /** Next offset to decide by partition, stored with the effects; undefined: not of this group and topic. */
  readonly stored: ReadonlyMap<number, number> | undefined;
}

export interface ShopEventEvidence {
  readonly eventId: string;
  readonly type: string;
  readonly sequence: number;
  /** In the outbox: NEW, SENT, FAILED, PARKED; undefined: it is no longer there. */
  readonly status: string | undefined;
  readonly createdAtMs: number | undefined;
  readonly sentAtMs: number | undefined;
  readonly lastError: string | undefined;
  /** Where it stands in the log of events. */
  readonly places: readonly {
    readonly partition: number;
    readonly offset: number;
    readonly timestampMs: number;
  }[];
  /** Where the analytics counted it; undefined: they did not, as far as they keep it. */
  readonly counted: { readonly partition: number; readonly offset: number } | undefined;
}

export interface ShopEvidence {
  readonly customerId: string;
  readonly status: string;
  readonly total: number;
  /** PENDING, RESERVED, REJECTED, RELEASED; undefined in a shop of an earlier version. */
  readonly reservation: string | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly topic: string;
  /** In their sequence. */
  readonly events: readonly ShopEventEvidence[];
  /** Whether there are analytics. */
  readonly analytics: boolean;
}
