import type { Database } from "../../ports/database.ts";
import { explainDatabaseError } from "../postgres/database-failure.ts";
import { openDatabase } from "../postgres/open-database.ts";
import { readOutboxState } from "../postgres/tables/outbox-state.ts";
import { standingPartitions } from "../postgres/tables/standing-partitions.ts";
import { databaseAddress } from "../settings/database-address.ts";
import type { Settings } from "../settings/settings.ts";
import type { DatabaseStatus } from "./stack-status.ts";

const exactMax = 1_000_000;

const selectEstimates = {
  text: `SELECT relname AS table, reltuples::bigint AS rows FROM pg_class
    WHERE oid IN (to_regclass('inventory'), to_regclass('orders'), to_regclass('dead_letters'))
    ORDER BY relname`,
};

/** Counting reads the whole table: only where that is quick. */
const countRows: Readonly<Record<string, { readonly text: string }>> = {
  inventory: { text: "SELECT count(*) AS rows FROM inventory" },
  orders: { text: "SELECT count(*) AS rows FROM orders" },
  dead_letters: { text: "SELECT count(*) AS rows FROM dead_letters" },
};

export async function readDatabaseStatus(settings: Settings): Promise<DatabaseStatus> {
  const address = databaseAddress(settings.databaseUrl);
  const { topic } = settings;
  const database = openDatabase(settings, { applicationName: "orders status", poolSize: 1 });
  try {
    const standing = await standingPartitions(database, settings.group, settings.topic);
    const outbox = await readOutboxState(database);
    return { address, problem: null, rows: await readRows(database), standing, topic, outbox };
  } catch (error) {
    const explained = explainDatabaseError(error, settings.databaseUrl);
    const problem = explained instanceof Error ? explained.message : String(explained);
    return { address, problem, rows: [], standing: [], topic, outbox: null };
  } finally {
    await database.close();
  }
}

async function readRows(database: Database): Promise<DatabaseStatus["rows"]> {
  const { rows: tables } = await database.query<{ table: string; rows: number }>(selectEstimates);
  const counted = [];
  for (const { table, rows: estimate } of tables) {
    const count = estimate > exactMax ? undefined : countRows[table];
    const exact =
      count === undefined
        ? undefined
        : (await database.query<{ rows: number }>(count)).rows[0]?.rows;
    counted.push({ table, rows: exact ?? estimate, estimated: exact === undefined });
  }
  return counted;
}
