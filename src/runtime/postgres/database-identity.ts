import { createHash } from "node:crypto";
import type { Queryable, Statement } from "../../ports/database.ts";

// The server's own number survives a failover to its standby and a change of address, and is another
// one in every cluster that was made apart, also from a dump of this one.
const statement: Statement = {
  text: `
    SELECT (SELECT system_identifier FROM pg_control_system())::text AS server,
           (SELECT oid FROM pg_database WHERE datname = current_database())::text AS database,
           (SELECT nspname FROM pg_namespace JOIN pg_class ON relnamespace = pg_namespace.oid
            WHERE pg_class.oid = to_regclass('consumer_offsets'))::text AS schema`,
};

interface Row {
  readonly server: string;
  readonly database: string;
  readonly schema: string | null;
}

/**
 * Tells one set of the pipeline's tables from another: the same for every role and way to connect.
 * @returns 16 hexadecimal digits; undefined where the tables are not there, the server does not
 *   tell, or nobody answers.
 */
export async function databaseIdentity(database: Queryable): Promise<string | undefined> {
  try {
    const { rows } = await database.query<Row>(statement);
    const [row] = rows;
    if (row === undefined || row.schema === null) return undefined;
    const parts = JSON.stringify([row.server, row.database, row.schema]);
    return createHash("sha256").update(parts).digest("hex").slice(0, 16);
  } catch {
    return undefined;
  }
}
