import type { Database } from "../../../../src/ports/database.ts";

/** The same database, on which something happens just before the first statement of this name. */
export function interfering(
  database: Database,
  statementName: string,
  action: () => Promise<unknown>,
): Database {
  let happened = false;
  return {
    query: (statement, values) => database.query(statement, values),
    close: () => Promise.resolve(),
    transaction: (work, options) =>
      database.transaction(
        (tx) =>
          work({
            async query(statement, values) {
              if (!happened && statement.name === statementName) {
                happened = true;
                await action();
              }
              return tx.query(statement, values);
            },
          }),
        options,
      ),
  };
}
