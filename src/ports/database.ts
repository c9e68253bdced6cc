/** What those who open nothing see of PostgreSQL. Implemented in src/runtime/postgres. */

/** One SQL operation: a constant in a file named after what it does. */
export interface Statement {
  /** Prepared under this name, once per connection; omit for statements that run once. */
  readonly name?: string;
  readonly text: string;
}

export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows inserted, updated or deleted. */
  readonly rowCount: number;
}

export interface Queryable {
  /** int8 and numeric columns arrive as JavaScript numbers; every quantity here stays below 2^53. */
  query<Row>(statement: Statement, values?: readonly unknown[]): Promise<QueryResult<Row>>;
}

export interface TransactionOptions {
  readonly isolation?: "read committed" | "repeatable read" | "serializable";
  readonly readOnly?: boolean;
}

export interface Database extends Queryable {
  /** Runs `work` in one transaction on one connection; commits when it returns, else rolls back. */
  transaction<T>(work: (tx: Queryable) => Promise<T>, options?: TransactionOptions): Promise<T>;
  /** Waits for running queries, then closes every connection. Idempotent. */
  close(): Promise<void>;
}
