import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { databaseAddress } from "../../runtime/settings/database-address.ts";

const ask = { text: "SELECT to_regclass('shop.event_outbox') IS NOT NULL AS there" };

/** @throws Failure("environment") where the database has no shop; whether it has cannot be asked while it is away. */
export async function demandShopTables(database: Database, databaseUrl?: string): Promise<void> {
  const { rows } = await database.query<{ there: boolean }>(ask).catch(() => ({ rows: [] }));
  if (rows[0]?.there !== false) return;
  throw new Failure("environment", {
    what: `the database ${databaseAddress(databaseUrl)} has no tables of the shop`,
    meaning: "there is nowhere to keep orders and events",
    remedy: "`orders up --profile shop` makes them",
  });
}
