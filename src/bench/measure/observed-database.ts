import type { Database } from "../../ports/database.ts";

/**
 * The same database, each transaction timed: from asking for a connection to the answer of COMMIT; a
 * statement outside of one is a transaction, too. Those that were rolled back are not counted.
 * @param onTransaction told the milliseconds.
 */
export function observedDatabase(
  database: Database,
  onTransaction: (ms: number) => void,
): Database {
  async function timed<T>(work: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    const result = await work();
    onTransaction(performance.now() - startMs);
    return result;
  }
  return {
    query: (statement, values) => timed(() => database.query(statement, values)),
    transaction: (work, options) => timed(() => database.transaction(work, options)),
    close: () => database.close(),
  };
}
