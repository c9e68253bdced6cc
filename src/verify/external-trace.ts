import type { Database, Statement } from "../ports/database.ts";
import type { Kafka } from "../runtime/kafka/client.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../runtime/kafka/kafka-failure.ts";
import { pipelineTopicsNamed } from "../runtime/kafka/topics.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import { openDatabase } from "../runtime/postgres/open-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import { removeExternalData } from "../runtime/stack/engines/external/remove-external-data.ts";
import { changeStock } from "../stock/change-stock.ts";

const hasTables: Statement = {
  text: "SELECT to_regclass('stock_movements') IS NOT NULL AS made",
};
const lastMovement: Statement = {
  text: `SELECT coalesce(max(movement_id), 0) AS movement,
    (SELECT coalesce(max(epoch_id), 0) FROM epochs) AS epoch FROM stock_movements`,
};
/** $1 = product, $2 = movement_id. By how much races have set its stock since. */
const movedSince: Statement = {
  text: `SELECT coalesce(sum(delta_available), 0) AS pieces FROM stock_movements
    WHERE product_id = $1 AND movement_id > $2 AND reason = 'audit race'`,
};
/** $1 = topic, $2 = group. Offsets into a topic that goes would stop the consumers of the next one. */
const forgetOffsets: Statement = {
  text: "DELETE FROM consumer_offsets WHERE topic = $1 AND group_id = $2",
};
const forgetLog: Statement = {
  text: "DELETE FROM consumer_groups WHERE topic = $1 AND group_id = $2",
};
/** $1 = epoch_id. */
const forgetEpochs: Statement = { text: "DELETE FROM epochs WHERE epoch_id > $1" };

/** What was there before a verification on services of others. */
export interface ExternalBefore {
  readonly topics: ReadonlySet<string>;
  readonly hadGroup: boolean;
  /** undefined: none of our tables, so all of them will be the verification's own. */
  readonly rows: { readonly movement: number; readonly epoch: number } | undefined;
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
  return { topics, hadGroup, rows: await inDatabase(settings, readRows) };
}

async function readRows(database: Database): Promise<ExternalBefore["rows"]> {
  const { rows } = await database.query<{ made: boolean }>(hasTables);
  if (rows[0]?.made !== true) return undefined;
  const last = await database.query<{ movement: number; epoch: number }>(lastMovement);
  return { movement: Number(last.rows[0]?.movement), epoch: Number(last.rows[0]?.epoch) };
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
      const moved = await database.query<{ pieces: number }>(movedSince, [
        productId,
        rows.movement,
      ]);
      const taken = -Number(moved.rows[0]?.pieces ?? 0);
      const request = { kind: "add", pieces: taken } as const;
      if (taken !== 0)
        await changeStock(database, productId, request, { reason: "verify: set back" });
      if (topics.includes(settings.topic)) {
        await database.query(forgetOffsets, [settings.topic, settings.group]);
        await database.query(forgetLog, [settings.topic, settings.group]);
        await database.query(forgetEpochs, [rows.epoch]);
      }
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
