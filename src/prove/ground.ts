import { setTimeout as pause } from "node:timers/promises";
import type { Kafka } from "../runtime/kafka/client.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { workPatience } from "../runtime/kafka/patience.ts";
import { ensureTopics } from "../runtime/kafka/topics.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import { migrate, seed } from "../runtime/postgres/migrate.ts";
import { openDatabase } from "../runtime/postgres/open-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { type OwnDatabase, type OwnDatabases, ownDatabases } from "./own-databases.ts";
import { ownNames } from "./own-names.ts";

const goneWithinMs = 60_000;
const patienceMs = 30_000;

/** Services on which worlds are made: each has a database and topics of its own. */
export interface Ground {
  readonly settings: Settings;
  readonly databases: OwnDatabases;
  /** Migrated and seeded; every world's database is a copy. */
  readonly template: OwnDatabase;
  nameOf(what: string): string;
  /** @returns names of topics that were made, by what they are for; they go at the end. */
  createTopics<What extends string>(
    partitions: Readonly<Record<What, number>>,
  ): Promise<Readonly<Record<What, string>>>;
  /** A topic of these: all that it holds is gone afterwards. */
  remakeTopic(topic: string, partitions: number): Promise<void>;
  close(): Promise<void>;
}

/** @throws Failure("environment") when Kafka or PostgreSQL cannot be used, or may not be. */
export async function openGround(given: Settings): Promise<Ground> {
  const settings = patient(given);
  const nameOf = ownNames();
  const databases = ownDatabases(settings, nameOf);
  const kafka = createKafka(settings, "orders-prove", undefined, { patience: workPatience });
  const topics: string[] = [];
  const close = async () => {
    try {
      await deleteTopics(kafka, topics);
    } finally {
      await databases.close();
    }
  };
  try {
    const template = await databases.create("template");
    await fill({ ...settings, databaseUrl: template.url });
    return {
      ...{ settings, databases, template, nameOf, close },
      async remakeTopic(topic, partitions) {
        await deleteTopics(kafka, [topic]);
        await untilGone(kafka, topic);
        await ensureTopics(kafka, [{ topic, partitions }]);
      },
      async createTopics<What extends string>(partitions: Readonly<Record<What, number>>) {
        const specs = (Object.keys(partitions) as What[]).map((what) => {
          return { what, topic: nameOf(what), partitions: partitions[what] };
        });
        topics.push(...specs.map(({ topic }) => topic));
        await ensureTopics(kafka, specs);
        return Object.fromEntries(specs.map(({ what, topic }) => [what, topic])) as Record<
          What,
          string
        >;
      },
    };
  } catch (error) {
    await close().catch(() => {});
    throw error;
  }
}

/** A slow machine breaks no system: what is given up for lateness would look like a fault. */
function patient(settings: Settings): Settings {
  const atLeast = (ms: number) => Math.max(ms, patienceMs);
  return {
    ...settings,
    connectTimeoutMs: atLeast(settings.connectTimeoutMs),
    requestTimeoutMs: atLeast(settings.requestTimeoutMs),
    statementTimeoutMs: atLeast(settings.statementTimeoutMs),
    lockTimeoutMs: atLeast(settings.lockTimeoutMs),
    sessionTimeoutMs: atLeast(settings.sessionTimeoutMs),
  };
}

async function fill(settings: Settings): Promise<void> {
  const database = openDatabase(settings, { applicationName: "orders audit prove", poolSize: 1 });
  try {
    for (const set of ["migrations", "shop", "analytics"] as const) await migrate(database, set);
    await seed(database);
  } finally {
    await database.close();
  }
}

async function deleteTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  if (topics.length === 0) return;
  await withAdmin(kafka, async (admin) => {
    const there = new Set(await admin.listTopics());
    await admin.deleteTopics({ topics: topics.filter((topic) => there.has(topic)) });
  });
}

/** Brokers take a topic away after they have said that they will. */
async function untilGone(kafka: Kafka, topic: string): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    for (const untilMs = performance.now() + goneWithinMs; performance.now() < untilMs; ) {
      if (!(await admin.listTopics()).includes(topic)) return;
      await pause(50);
    }
    throw new Error(`the topic ${topic} did not go within ${goneWithinMs} ms`);
  });
}
