import { demandTopic } from "../../runtime/kafka/demand-topic.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../../runtime/kafka/kafka-failure.ts";
import { cutConnections } from "../../runtime/kafka/kafkajs-internals/connections.ts";
import { logSizes } from "../../runtime/kafka/kafkajs-internals/log-sizes.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import { withAdmin } from "../../runtime/kafka/with-admin.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type ConfigEntry, configEntries } from "./config-entries.ts";

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: readonly {
    readonly partition: number;
    /** Broker id; null when there is none now. */
    readonly leader: number | null;
    readonly replicas: readonly number[];
    readonly in_sync: readonly number[];
    readonly log_start: number | null;
    readonly log_end: number | null;
    /** Offsets between them; transaction markers count too. */
    readonly messages: number | null;
    /** On disk, replicas included; null when the brokers do not tell. */
    readonly bytes: number | null;
  }[];
  /** Entries that are not Kafka's defaults. */
  readonly config: readonly ConfigEntry[];
}

/** @throws Failure("environment") when Kafka is away or has no such topic. */
export async function describeTopic(settings: Settings, topic: string): Promise<TopicDescription> {
  const kafka = createKafka(settings, "orders-topic-describe");
  try {
    return await withAdmin(kafka, async (admin) => {
      await demandTopic(admin, topic);
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      const partitions = [...(topics[0]?.partitions ?? [])].sort(
        (a, b) => a.partitionId - b.partitionId,
      );
      const leaderless = partitions.some(({ leader }) => leader < 0);
      const [ranges, sizes, configs] = await Promise.all([
        leaderless ? [] : readRanges(admin, topic),
        logSizes(kafka),
        configEntries(admin, [topic]),
      ]);
      return {
        topic,
        partitions: partitions.map(({ partitionId, leader, replicas, isr }) => {
          const range = ranges.find(({ partition }) => partition === partitionId);
          const own = sizes?.filter(
            (each) => each.topic === topic && each.partition === partitionId,
          );
          return {
            partition: partitionId,
            leader: leader < 0 ? null : leader,
            replicas,
            in_sync: isr,
            log_start: range?.low ?? null,
            log_end: range?.high ?? null,
            messages: range === undefined ? null : range.high - range.low,
            bytes: own === undefined ? null : own.reduce((sum, { bytes }) => sum + bytes, 0),
          };
        }),
        config: (configs.get(topic) ?? []).filter((entry) => !entry.is_default),
      };
    });
  } catch (error) {
    throw explainKafkaError(error, settings.brokers);
  } finally {
    cutConnections(kafka);
  }
}
