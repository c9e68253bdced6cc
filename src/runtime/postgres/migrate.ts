import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import type { Database, Queryable, Statement } from "../../ports/database.ts";
import { shippedFile } from "../settings/shipped-file.ts";

interface Migration {
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/**
 * Checksums under which a file was applied before its comments alone were written anew: the tables
 * are the same. (0002 held a character that a database in LATIN1 does not have.)
 */
const writtenAnew: Readonly<Record<string, string>> = {
  "0002_reserve_batch.sql": "5fa9e7e2d5b44f8d0568b6d4edef2343d791a8f39729d5f00e5bf69090052140",
};

export interface MigrationResult {
  /** Names of the files applied by this call, in order. */
  readonly applied: readonly string[];
}

/**
 * Tables that come and go together: the SQL files of a folder of `database/`, in the order of their
 * names. Each set keeps its own record, so that a database has only what somebody asked for.
 */
export type MigrationSet = "migrations" | "shop" | "analytics";

// One migration run at a time per database, whoever starts it.
const lock = { text: "SELECT pg_advisory_xact_lock(7364105)" };

/** The pipeline's record is where its tables are; that of another set is in the schema of its name. */
function recordOf(set: MigrationSet): string {
  return set === "migrations" ? "schema_migrations" : `${set}.schema_migrations`;
}

function createRecord(set: MigrationSet): Statement {
  const schema = set === "migrations" ? "" : `CREATE SCHEMA IF NOT EXISTS ${set}; `;
  return {
    text: `${schema}CREATE TABLE IF NOT EXISTS ${recordOf(set)} (
    name text PRIMARY KEY, checksum text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  };
}

/**
 * Applies the SQL files of the set that are not recorded yet, in the order of their names, all in
 * one transaction: after a crash either all or none of them are there.
 * @throws Failure("environment") when an applied file has changed since, or the database is newer.
 */
export async function migrate(
  database: Database,
  set: MigrationSet = "migrations",
): Promise<MigrationResult> {
  const migrations = readMigrations(set);
  return database.transaction(async (tx) => {
    await tx.query(lock);
    await tx.query(createRecord(set));
    const pending = await pendingMigrations(tx, set, migrations);
    const insertRecord = {
      text: `INSERT INTO ${recordOf(set)} (name, checksum) VALUES ($1, $2)`,
    };
    for (const { name, sql, checksum } of pending) {
      await tx.query({ text: sql });
      await tx.query(insertRecord, [name, checksum]);
    }
    return { applied: pending.map((m) => m.name) };
  });
}

/** @returns what is not applied yet; changes nothing. A database without our record has all pending. */
async function pendingMigrations(
  tx: Queryable,
  set: MigrationSet,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  const { rows } = await tx.query<{ name: string; checksum: string }>({
    text: `SELECT name, checksum FROM ${recordOf(set)}`,
  });
  for (const { name, checksum } of rows) {
    const ours = migrations.find((m) => m.name === name);
    if (ours === undefined) {
      throw new Failure("environment", {
        what: `the database has a migration that this version of orders does not know: ${name}`,
        meaning: "it was migrated by a newer version; this one could misread it",
        remedy: "use the newer version, or another database",
      });
    }
    if (ours.checksum !== checksum && writtenAnew[name] !== checksum) {
      throw new Failure("environment", {
        what: `the migration ${name} was applied from a file with other contents`,
        meaning: "the tables may not be what this version expects",
        remedy:
          "use the version that applied it, or begin anew with `orders down --volumes` and `orders up`",
      });
    }
  }
  const applied = new Set(rows.map((row) => row.name));
  return migrations.filter((m) => !applied.has(m.name));
}

function readMigrations(set: MigrationSet): readonly Migration[] {
  const directory = shippedFile(`database/${set}`);
  return readdirSync(directory)
    .filter((name) => name.endsWith(".sql"))
    .sort()
    .map((name) => {
      const sql = readFileSync(join(directory, name), "utf8");
      return { name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
    });
}

/** Ten products with their stock; products that exist are left alone. */
export async function seed(database: Database): Promise<void> {
  await database.query({ text: readFileSync(shippedFile("database/seed/products.sql"), "utf8") });
}
