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

/** What a person's own statement came to, of at most so many rows. */
export interface CappedResult {
  /** What was done, as PostgreSQL calls it: SELECT, INSERT, SET, …; empty when the rows were cut. */
  readonly command: string;
  /** Empty for a statement that returns no rows. */
  readonly columns: readonly {
    readonly name: string;
    /** PostgreSQL's type oid. */
    readonly typeOid: number;
  }[];
  /** Values in PostgreSQL's own text, by position: two columns may have the same name. */
  readonly rows: readonly (readonly (string | null)[])[];
  /** Rows returned or affected; undefined when the rows were cut or there is no such count. */
  readonly rowCount: number | undefined;
  /** True when there were more rows than asked for. */
  readonly cut: boolean;
}
