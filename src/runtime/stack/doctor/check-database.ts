import { Failure } from "../../../failure/failure.ts";
import { explainDatabaseError } from "../../postgres/database-failure.ts";
import { openDatabase } from "../../postgres/open-database.ts";
import { databaseAddress } from "../../settings/database-address.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Check } from "./diagnosis.ts";

const name = "PostgreSQL";

const selectServer = {
  text: `SELECT current_setting('server_version') AS version,
      current_setting('transaction_read_only') = 'on' AS read_only,
      pg_encoding_to_char(encoding) AS encoding
    FROM pg_database WHERE datname = current_database()`,
};

interface Server {
  readonly version: string;
  readonly read_only: boolean;
  readonly encoding: string;
}

/** A login at the database in force, and whether orders could work there. Changes nothing. */
export async function checkDatabase(settings: Settings): Promise<readonly Check[]> {
  return [await tryLogin(settings)];
}

async function tryLogin(settings: Settings): Promise<Check> {
  const where = databaseAddress(settings.databaseUrl);
  try {
    const database = openDatabase(settings, { applicationName: "orders doctor", poolSize: 1 });
    try {
      const { rows } = await database.query<Server>(selectServer);
      return judgeServer(where, rows[0]);
    } finally {
      await database.close();
    }
  } catch (error) {
    const explained = explainDatabaseError(error, settings.databaseUrl);
    return {
      name,
      state: "warning",
      found: explained instanceof Error ? explained.message : String(explained),
      why: "commands that use it will fail",
      remedy: explained instanceof Failure ? (explained.remedy ?? null) : null,
    };
  }
}

/** Pure. */
export function judgeServer(where: string, server: Server | undefined): Check {
  const found = `answers on ${where}, version ${server?.version ?? "unknown"}`;
  if (server?.read_only === true) {
    return {
      name,
      state: "warning",
      found: `${found}, takes no changes`,
      why: "it is a standby, or default_transaction_read_only is on: consumers would wait",
      remedy: "name the primary in DATABASE_URL",
    };
  }
  if (server !== undefined && server.encoding !== "UTF8") {
    return {
      name,
      state: "warning",
      found: `${found}, encoding ${server.encoding}`,
      why: "not every customer id and reason can be stored in it",
      remedy: "use a database WITH ENCODING 'UTF8'",
    };
  }
  return { name, state: "ok", found, why: null, remedy: null };
}
