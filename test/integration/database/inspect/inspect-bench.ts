import pg from "pg";
import type { Database } from "../../../../src/ports/database.ts";
import { openDatabase } from "../../../../src/runtime/postgres/open-database.ts";
import { testSettings, uniqueName } from "../../services.ts";

/** A session that stays where the test leaves it. */
export async function openSession(url: string, applicationName: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: applicationName });
  client.on("error", () => {});
  await client.connect();
  return client;
}

export async function pidOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ pid: number }>("SELECT pg_backend_pid() AS pid");
  return rows[0]?.pid ?? 0;
}

/** A user that may read the pipeline's tables and nothing else. */
export async function createReader(
  database: Database,
  url: string,
): Promise<{ readonly database: Database; drop(): Promise<void> }> {
  const name = uniqueName("reader").replaceAll("-", "_");
  await database.query({ text: `CREATE ROLE ${name} LOGIN PASSWORD 'reader'` });
  await database.query({ text: `GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${name}` });
  const own = new URL(url);
  own.username = name;
  own.password = "reader";
  const reader = openDatabase(testSettings({ databaseUrl: own.href }), {
    applicationName: "orders test",
    poolSize: 1,
  });
  return {
    database: reader,
    async drop() {
      await reader.close();
      await database.query({ text: `DROP OWNED BY ${name}` });
      await database.query({ text: `DROP ROLE ${name}` });
    },
  };
}
