import { type Admin, KafkaJSProtocolError } from "../../runtime/kafka/client.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../../runtime/kafka/kafka-failure.ts";
import { cutConnections } from "../../runtime/kafka/kafkajs-internals/connections.ts";
import { logSizes } from "../../runtime/kafka/kafkajs-internals/log-sizes.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import { withAdmin } from "../../runtime/kafka/with-admin.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type ConfigEntry, configEntries } from "./config-entries.ts";

export interface TopicRow {
  readonly topic: string;
  readonly partitions: number;
  /** Of each partition; the least of them, should they differ. */
  readonly replicas: number;
  /** Partitions of which a replica is not in sync. */
  readonly under_replicated: number;
  /** Offsets in the log now: messages, and where there were transactions their markers; null when a partition has no leader. */
  readonly messages: number | null;
  /** On the disks of all brokers, replicas included; null when the brokers do not tell. */
  readonly bytes: number | null;
  /** null: kept for ever (-1), or not told. */
  readonly retention_ms: number | null;
  readonly retention_bytes: number | null;
  /** delete, compact, or both; null when not told. */
  readonly cleanup_policy: string | null;
}

/** @throws Failure("environment") when Kafka is away. */
export async function listTopics(
  settings: Settings,
  options: { readonly internal: boolean },
): Promise<readonly TopicRow[]> {
  const kafka = createKafka(settings, "orders-topic-list");
  try {
    return await withAdmin(kafka, async (admin) => {
      const { topics: all } = await admin.fetchTopicMetadata();
      const topics = all
        .filter(({ name }) => options.internal || !name.startsWith("__"))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const names = topics.map(({ name }) => name);
      const [sizes, configs] = await Promise.all([logSizes(kafka), readConfigs(admin, names)]);
      const rows: TopicRow[] = [];
      for (const { name, partitions } of topics) {
        const size = sizes?.filter(({ topic }) => topic === name);
        rows.push({
          topic: name,
          partitions: partitions.length,
          replicas: Math.min(...partitions.map(({ replicas }) => replicas.length)),
          under_replicated: partitions.filter(({ isr, replicas }) => isr.length < replicas.length)
            .length,
          messages: await countMessages(admin, name),
          bytes: size === undefined ? null : size.reduce((sum, { bytes }) => sum + bytes, 0),
          ...retention(configs.get(name)),
        });
      }
      return rows;
    });
  } catch (error) {
    throw explainKafkaError(error, settings.brokers);
  } finally {
    cutConnections(kafka);
  }
}

async function countMessages(admin: Admin, topic: string): Promise<number | null> {
  try {
    const ranges = await readRanges(admin, topic);
    return ranges.reduce((sum, { low, high }) => sum + high - low, 0);
  } catch (error) {
    return refused(error) ?? null;
  }
}

/** All at once; one that is deleted meanwhile spoils that, then each by itself. */
async function readConfigs(admin: Admin, topics: readonly string[]) {
  const all = await configEntries(admin, topics).catch(refused);
  if (all !== undefined) return all;
  const known = new Map<string, readonly ConfigEntry[]>();
  for (const topic of topics) {
    const entries = (await configEntries(admin, [topic]).catch(refused))?.get(topic);
    if (entries !== undefined) known.set(topic, entries);
  }
  return known;
}

/** Kafka answers, but this it does not tell: no permission, no leader, deleted meanwhile. */
function refused(error: unknown): undefined {
  // After its retries kafkajs wraps Kafka's word in an error of its own.
  const cause = error instanceof Error ? error.cause : undefined;
  if ([error, cause].some((each) => each instanceof KafkaJSProtocolError)) return undefined;
  throw error;
}

function retention(
  entries: readonly ConfigEntry[] | undefined,
): Pick<TopicRow, "retention_ms" | "retention_bytes" | "cleanup_policy"> {
  const value = (name: string) => entries?.find((entry) => entry.name === name)?.value ?? null;
  const limit = (name: string) => {
    const text = value(name);
    return text === null || Number(text) < 0 ? null : Number(text);
  };
  return {
    retention_ms: limit("retention.ms"),
    retention_bytes: limit("retention.bytes"),
    cleanup_policy: value("cleanup.policy"),
  };
}
