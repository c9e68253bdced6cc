import type { Database } from "../ports/database.ts";
import type { Kafka } from "../runtime/kafka/client.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../runtime/kafka/kafka-failure.ts";
import { pipelineTopicsNamed } from "../runtime/kafka/topics.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import { openDatabase } from "../runtime/postgres/open-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { removeExternalData } from "../runtime/stack/engines/external/remove-external-data.ts";
import { changeStock } from "../stock/change-stock.ts";
import { forgetLog } from "./sql/forget-log.ts";
import { type LastChange, selectLastChange } from "./sql/select-last-change.ts";
import { sumRaceMoves } from "./sql/sum-race-moves.ts";

/** What was there before a verification on services of others. */
export interface ExternalBefore {
  readonly topics: ReadonlySet<string>;
  readonly hadGroup: boolean;
  /** undefined: none of our tables, so all of them will be the verification's own. */
  readonly rows: LastChange | undefined;
}

export async function noteExternal(settings: Settings): Promise<ExternalBefore> {
  const kafka = createKafka(settings, "orders-verify");
  const [topics, groups] = await withAdmin(
    kafka,
    async (admin) =>
      [new Set(await admin.listTopics()), (await admin.listGroups()).groups] as const,
  ).catch((error: unknown) => {
    throw explainKafkaError(error, settings.brokers);
  });
  const hadGroup = groups.some(({ groupId }) => groupId === settings.group);
  return { topics, hadGroup, rows: await inDatabase(settings, selectLastChange) };
}

/**
 * After everything of the verification has ended: the product has the stock that its race took away,
 * and topics, group and tables that the verification made are gone. Orders that it placed into tables
 * that were there stay, and what they reserved.
 * @returns what was done, and what stays, in sentences.
 */
export async function putBack(
  settings: Settings,
  before: ExternalBefore,
  productId: string,
): Promise<readonly string[]> {
  const kafka = createKafka(settings, "orders-verify");
  const done: string[] = [];
  const topics = pipelineTopicsNamed(settings.topic, settings.dlqTopic)
    .map(({ topic }) => topic)
    .filter((topic) => !before.topics.has(topic));
  if (before.rows === undefined) {
    await removeExternalData(settings, topics);
    done.push("its tables and topics are removed");
  } else {
    const { rows } = before;
    const pieces = await inDatabase(settings, async (database) => {
      const taken = -(await sumRaceMoves(database, productId, rows.movement));
      const request = { kind: "add", pieces: taken } as const;
      if (taken !== 0)
        await changeStock(database, productId, request, { reason: "verify: set back" });
      if (topics.includes(settings.topic)) await forgetLog(database, settings, rows.epoch);
      return taken;
    });
    if (pieces !== 0) done.push(`the stock of ${productId} is set back by ${pieces}`);
    if (topics.length > 0) await removeTopics(kafka, topics);
    done.push("its orders stay in the tables, and what they reserved");
  }
  if (!before.hadGroup) await removeGroup(kafka, settings.group);
  return done;
}

async function removeTopics(kafka: Kafka, topics: readonly string[]): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const left = topics.filter((topic) => existing.has(topic));
    if (left.length > 0) await admin.deleteTopics({ topics: left });
  });
}

async function removeGroup(kafka: Kafka, group: string): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    const { groups } = await admin.listGroups();
    if (groups.some(({ groupId }) => groupId === group)) await admin.deleteGroups([group]);
  });
}

async function inDatabase<T>(
  settings: Settings,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  const database = openDatabase(settings, { applicationName: "orders verify", poolSize: 1 });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}
