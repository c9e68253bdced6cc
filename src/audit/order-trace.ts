import type { SentOrder } from "./sent-order.ts";

/** A row of `orders`, as far as its table has the columns. */
export interface OrderRow {
  /** undefined where the table knows no lines. */
  readonly lineNo: number | undefined;
  /** undefined: the table does not say. */
  readonly customerId: string | undefined;
  readonly productId: string;
  readonly quantity: number;
  /** undefined: the table does not say. */
  readonly amount: number | undefined;
  readonly status: string;
  /** undefined: the table has no such column. null: it has, and nothing is in it. */
  readonly rejectionReason: string | null | undefined;
  readonly rejectionDetail: RejectionDetail | null | undefined;
  /** The row says which message it was decided from, as the project's own consumers write it. */
  readonly namesMessage: boolean;
}

/** What a rejection recorded when it was decided; pieces. */
export interface RejectionDetail {
  readonly product_id: string;
  readonly wanted: number;
  readonly available: number;
}

export interface DeadLetter {
  readonly reason: string;
}

/** Everything that the database says about one order that was sent. */
export interface OrderTrace {
  readonly sent: SentOrder;
  /** In the order of their lines, as far as the table knows it. */
  readonly rows: readonly OrderRow[];
  readonly deadLetters: readonly DeadLetter[];
}

export type TraceOutcome =
  /** `released`: cancelled before anybody decided it, and never to be decided. */
  | { readonly kind: "reserved" | "rejected" | "released" | "dead-lettered" | "none" }
  /** Rows are there, but their status is no outcome: nothing has been decided yet. */
  | { readonly kind: "undecided"; readonly why: string }
  | { readonly kind: "doubled"; readonly why: string };

/**
 * The one outcome of an order. Order rows of several lines with different statuses count as that of
 * line 1 here; that they differ is another check's finding.
 */
export function outcomeOf(trace: OrderTrace): TraceOutcome {
  const { rows } = trace;
  const first = rows[0];
  const deadLetters = trace.deadLetters.filter(({ reason }) => !isOfAnother(reason, first));
  if (first === undefined) return { kind: deadLetters.length > 0 ? "dead-lettered" : "none" };
  const decided = first.status !== "released" || first.namesMessage;
  if (deadLetters.length > 0 && decided) return doubled(`${first.status} and dead-lettered`);
  if (repeatsItself(trace)) {
    return doubled(`${rows.length} rows: ${rows.map((row) => row.status).join(", ")}`);
  }
  // It was given up before the customer cancelled it.
  if (deadLetters.length > 0) return { kind: "dead-lettered" };
  return statusOutcome(first);
}

/** No message of its own can be read, so one that was decided is another. */
const unreadable: ReadonlySet<string> = new Set([
  ...["tombstone", "empty", "not_utf8", "not_json", "too_complex", "not_an_object"],
  "invalid_field",
]);

/**
 * A later message with the same id and other content is dead-lettered, and so is one that cannot be
 * read; the first one's outcome stands, and this is none.
 */
function isOfAnother(reason: string, first: OrderRow | undefined): boolean {
  return reason === "conflicting_duplicate" || (first !== undefined && unreadable.has(reason));
}

/** A line that is there twice; without line numbers, more rows than lines were ordered. */
function repeatsItself({ rows, sent }: OrderTrace): boolean {
  const lineNos = rows.map((row) => row.lineNo).filter((lineNo) => lineNo !== undefined);
  if (lineNos.length === 0) return rows.length > sent.lines.length;
  return new Set(lineNos).size < lineNos.length;
}

function statusOutcome({ status, namesMessage }: OrderRow): TraceOutcome {
  if (status === "reserved" || status === "rejected") return { kind: status };
  // What has become of a reserved order since: reserved was its outcome.
  if (namesMessage && (status === "released" || status === "shipped")) return { kind: "reserved" };
  if (status === "released") return { kind: status };
  return { kind: "undecided", why: `status "${status}" is no outcome` };
}

function doubled(why: string): TraceOutcome {
  return { kind: "doubled", why };
}
