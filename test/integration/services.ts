import { randomUUID } from "node:crypto";
import type { Kafka } from "kafkajs";
import type { Database } from "../../src/ports/database.ts";
import { createKafka } from "../../src/runtime/kafka/kafka-client.ts";
import { ensureTopics } from "../../src/runtime/kafka/topics.ts";
import { withAdmin } from "../../src/runtime/kafka/with-admin.ts";
import { migrate, seed } from "../../src/runtime/postgres/migrate.ts";
import { openDatabase } from "../../src/runtime/postgres/open-database.ts";
import { resolveSettings } from "../../src/runtime/settings/resolve-settings.ts";
import type { Settings } from "../../src/runtime/settings/settings.ts";

/** The real Kafka and PostgreSQL that the test run booted (or that the environment names). */
export function testServices(): { readonly brokers: string; readonly databaseUrl: string } {
  const { ORDERS_TEST_BROKERS: brokers, ORDERS_TEST_DATABASE_URL: databaseUrl } = process.env;
  if (!brokers || !databaseUrl)
    throw new Error("ORDERS_TEST_BROKERS and ORDERS_TEST_DATABASE_URL are not set");
  return { brokers, databaseUrl };
}

/** Names that no other test uses, on services that all share. */
export function uniqueName(prefix: string): string {
  return `${prefix}-${randomUUID().slice(0, 8)}`;
}

/** Defaults of every setting, pointed at the test's services. */
export function testSettings(
  overrides: Readonly<Partial<Record<keyof Settings, unknown>>> = {},
): Settings {
  return resolveSettings({ flags: { ...testServices(), ...overrides } }).values;
}

export interface TestDatabase {
  readonly url: string;
  readonly database: Database;
  drop(): Promise<void>;
}

/** A database of the test's own, migrated and (unless told otherwise) seeded. */
export async function createTestDatabase(
  options: {
    readonly empty?: boolean;
    readonly server?: string | undefined;
    /** As PostgreSQL names it; UTF8, unless told otherwise. */
    readonly encoding?: string;
  } = {},
): Promise<TestDatabase> {
  const name = uniqueName("test").replaceAll("-", "_");
  const server = options.server ?? testServices().databaseUrl;
  const admin = openDatabase(testSettings({ databaseUrl: server }), {
    applicationName: "orders test",
    poolSize: 1,
  });
  const encoded = options.encoding && ` TEMPLATE template0 ENCODING '${options.encoding}'`;
  await admin.query({ text: `CREATE DATABASE ${name}${encoded ?? ""}` });
  const url = new URL(server);
  url.pathname = `/${name}`;
  const database = openDatabase(testSettings({ databaseUrl: url.href }), {
    applicationName: "orders test",
  });
  if (options.empty !== true) {
    await migrate(database);
    await seed(database);
  }
  return {
    url: url.href,
    database,
    async drop() {
      await database.close();
      const leaked = await sessionsLeft(admin, name);
      await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
      await admin.close();
      if (leaked.length > 0)
        throw new Error(`Sessions in ${name} outlived their test:\n${leaked.join("\n")}`);
    },
  };
}

const sessionsIn = {
  text: `SELECT format('%s, %s: %s', application_name, state, query) AS line
    FROM pg_stat_activity WHERE datname = $1 AND backend_type = 'client backend'`,
};

/** Sessions that are still in a database after `timeoutMs`, one line each: none, if all ended. */
async function sessionsLeft(
  admin: Database,
  name: string,
  timeoutMs = 5_000,
): Promise<readonly string[]> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const { rows } = await admin.query<{ line: string }>(sessionsIn, [name]);
    if (rows.length === 0 || performance.now() > deadline) return rows.map(({ line }) => line);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

export interface TestTopic {
  readonly topic: string;
  readonly kafka: Kafka;
  drop(): Promise<void>;
}

/** A topic of the test's own, ready to be written to. */
export async function createTestTopic(
  partitions: number,
  options: {
    readonly brokers?: string | undefined;
    readonly configEntries?: readonly { name: string; value: string }[];
  } = {},
): Promise<TestTopic> {
  const topic = uniqueName("test");
  const { brokers = testServices().brokers, configEntries = [] } = options;
  const kafka = createKafka(testSettings({ brokers }), "orders-test");
  await ensureTopics(kafka, [{ topic, partitions, configEntries }]);
  return {
    topic,
    kafka,
    async drop() {
      await withAdmin(kafka, (admin) => admin.deleteTopics({ topics: [topic] }));
    },
  };
}

/** Waits until `probe` returns something other than undefined or false; fails after the bound. */
export async function eventually<T>(
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  what: string,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const result = await probe();
    if (result !== undefined && result !== false) return result;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
