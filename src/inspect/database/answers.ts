import type { OldestTransaction } from "../../runtime/postgres/tables/oldest-transaction.ts";
import type { OutboxState } from "../../runtime/postgres/tables/outbox-state.ts";

/** What the questions to the database answer (`orders db …`); show/ renders them. */

/** One session of the server, as far as this user may see it. Ages in seconds. */
export interface SessionView {
  readonly pid: number;
  /** Name that the client gave itself; empty when it gave none. */
  readonly application: string;
  readonly user: string | null;
  /** active, idle, idle in transaction, …; null where this user may not see it. */
  readonly state: string | null;
  readonly wait_event: string | null;
  readonly transaction_seconds: number | null;
  /** Since the statement began, or since the session last changed its state when none runs. */
  readonly statement_seconds: number | null;
  /** The running statement, or the last one; null where this user may not see it. */
  readonly statement: string | null;
}

export interface WaitView {
  /** tuple, transactionid, relation, advisory, … */
  readonly lock: string;
  readonly mode: string;
  /** null when the lock is not on a relation (or on one of another database). */
  readonly relation: string | null;
  /** Physical address of the row, `(page,line)`. */
  readonly row: string | null;
  /** product_id of a row of inventory. */
  readonly product_id: string | null;
  readonly seconds: number | null;
}

export interface LockNode {
  readonly session: SessionView | { readonly pid: number };
  /** null for a session that waits for nobody. */
  readonly waits_for: WaitView | null;
  /** Other sessions that it waits for, too: it is shown below one of them only. */
  readonly also_behind: readonly number[];
  readonly waiting: readonly LockNode[];
}

export interface LockForest {
  /** Sessions that wait for another. */
  readonly waiting: number;
  readonly longest_wait_seconds: number | null;
  readonly blockers: readonly LockNode[];
  /** PIDs of sessions that wait for each other in a circle: PostgreSQL ends one of them. */
  readonly deadlocked: readonly number[];
  /** Sessions among them whose state and statement this user may not see. */
  readonly hidden_sessions: number;
}

export interface ActivityView {
  readonly database: string;
  readonly sessions: readonly (SessionView & {
    /** client backend, autovacuum worker, …; null where this user may not see it. */
    readonly kind: string | null;
    readonly blocked_by: readonly number[];
  })[];
  /** Sessions of this database by state, those not shown included. */
  readonly counts: Readonly<Record<string, number>>;
  /** Connections of the whole server. */
  readonly connections: number;
  readonly max_connections: number;
  readonly hidden_sessions: number;
  /** True when there are more sessions than asked for. */
  readonly cut: boolean;
}

export interface SlowStatement {
  /** Text, since it is a 64-bit number; null where this user may not see it. */
  readonly query_id: string | null;
  readonly statement: string | null;
  /** False: run by another statement (in a function), whose time contains this one's. */
  readonly top_level: boolean;
  readonly calls: number;
  readonly total_ms: number;
  readonly mean_ms: number;
  readonly max_ms: number;
  /** Share of the time of all top-level statements of this database, 0 to 1. */
  readonly share: number | null;
  readonly rows: number;
  readonly wal_bytes: number;
  /** Blocks found in shared buffers, 0 to 1; null when none was read. */
  readonly cache_hit_share: number | null;
}

export interface SlowStatements {
  readonly by: "total" | "mean" | "calls";
  readonly statements: readonly SlowStatement[];
  /** Of all top-level statements. */
  readonly total_ms: number;
  readonly counted: number;
  readonly counting_since: string | null;
  /** Statements of other users whose text this user may not see. */
  readonly hidden_statements: number;
  readonly reset: boolean;
}

export interface OrderLineView {
  readonly order_id: string;
  readonly line_no: number | null;
  readonly created_at: string;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
  readonly status: string;
  readonly rejection_reason: string | null;
}

export interface TableSize {
  readonly table: string;
  /** Estimates of the statistics; null before the first ANALYZE. */
  readonly rows_estimated: number | null;
  readonly dead_rows_estimated: number;
  readonly table_bytes: number;
  readonly index_bytes: number;
  readonly total_bytes: number;
  /** What its rows need at its fill factor; null where the statistics do not say. */
  readonly needed_bytes_estimated: number | null;
  readonly last_vacuum: string | null;
  readonly last_analyze: string | null;
}

export interface IndexSize {
  readonly index: string;
  readonly table: string;
  readonly bytes: number;
  readonly scans: number;
  readonly unique: boolean;
  readonly valid: boolean;
}

export interface DatabaseSizes {
  readonly database: string;
  readonly database_bytes: number;
  /** Files of the write-ahead log now; null where this user may not see them. */
  readonly wal_bytes: number | null;
  readonly tables: readonly TableSize[];
  readonly indexes: readonly IndexSize[];
  readonly hints: readonly string[];
  readonly cut: boolean;
  /** The oldest one that keeps dead rows; null where there is none. */
  readonly oldest_transaction: OldestTransaction | null;
  /** The shop's; null in a database without a shop. */
  readonly outbox: OutboxState | null;
}
