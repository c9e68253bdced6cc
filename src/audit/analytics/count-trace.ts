/** What the analytics should have counted, and what they have. */
export type CountTrace = EventTrace | RowTrace;

/** An event that the log holds before the stored offsets, or that is noted as counted. */
export interface EventTrace {
  readonly of: "event";
  readonly eventId: string;
  /** How often it stands there; 0: nowhere. */
  readonly copies: number;
  /** It is noted as counted; undefined: the ids of its day are kept no more. */
  readonly noted: boolean | undefined;
}

/** A row of the metrics. */
export interface RowTrace {
  readonly of: "row";
  readonly table: MetricTable;
  /** As a reader would say it: "orders_total", "c7 on 2026-01-31". */
  readonly row: string;
  /** By column; whole numbers as text, money in cents. A row that is not there counts nothing. */
  readonly expected: Readonly<Record<string, string>>;
  readonly stored: Readonly<Record<string, string>>;
}

export const metricTables = {
  sales_metrics: ["value"],
  product_sales: ["orders", "pieces", "cents"],
  order_summary: ["created", "paid", "shipped", "cancelled", "cents"],
} as const;
export type MetricTable = keyof typeof metricTables;

/** What an audit of the analytics knows besides. */
export interface CountEvidence {
  /** Why the log does not say all that was counted; undefined: it does. */
  readonly doubt: string | undefined;
  /** Of the messages that the log held when the audit began. */
  readonly counted: number;
  readonly uncounted: number;
}
