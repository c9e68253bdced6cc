/** What an audit of the shop knows besides its orders. */
export interface ShopEvidence {
  readonly log: LogReading;
  /** Why what is missing may still come; undefined: nothing is under way. */
  readonly unsettled: string | undefined;
  /** When the audit began. */
  readonly sinceMs: number;
  /** When the pipeline's orders were emptied last. */
  readonly resetMs: number | undefined;
}

/** How much of the events' log was read. */
export interface LogReading {
  readonly messages: number;
  /** That are no events. */
  readonly illegible: number;
  /** Offsets without a message: a hole in the log, or what an open transaction hides. */
  readonly missing: number;
  /** Why it was not read to its end; undefined: it was. */
  readonly unreadBecause: string | undefined;
  /** Events of orders created until then may have left the log; undefined: it has its beginning. */
  readonly edgeMs: number | undefined;
}

/** @returns why what is not in the log may have been there all the same; undefined: it was not. */
export function doubtOf(log: LogReading): string | undefined {
  if (log.unreadBecause !== undefined) return log.unreadBecause;
  if (log.missing > 0) return `the log has ${log.missing} offsets without a message`;
  return undefined;
}
