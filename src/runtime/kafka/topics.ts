import type { Admin, Kafka } from "kafkajs";
import type { PartitionRange } from "../../ports/log.ts";
import { type Patience, patienceOf, untilPassed } from "./patience.ts";
import { withAdmin } from "./with-admin.ts";

export interface TopicSpec {
  readonly topic: string;
  readonly partitions: number;
  readonly configEntries?: readonly { readonly name: string; readonly value: string }[];
}

/** The pipeline's topics (design: Data). */
export const pipelineTopics: readonly TopicSpec[] = [
  { topic: "orders-placed", partitions: 50 },
  { topic: "orders-validated", partitions: 50 },
  { topic: "orders-inventory", partitions: 30 },
  { topic: "orders-warehouse", partitions: 20 },
  {
    topic: "orders-dlq",
    partitions: 5,
    // A dead letter carries a whole message of the largest size, and says why besides.
    configEntries: [{ name: "max.message.bytes", value: "2097152" }],
  },
];

/** What the shop tells of its orders, and what changes stock: in stacks that have a shop. */
export const shopTopics: readonly TopicSpec[] = [
  { topic: "order-events", partitions: 50 },
  { topic: "stock", partitions: 10 },
];

/** The same, with the names that the settings give to two of them. */
export function pipelineTopicsNamed(topic: string, dlqTopic: string): readonly TopicSpec[] {
  const names: Readonly<Record<string, string>> = {
    "orders-placed": topic,
    "orders-dlq": dlqTopic,
  };
  return pipelineTopics.map((spec) => ({ ...spec, topic: names[spec.topic] ?? spec.topic }));
}

export interface EnsuredTopics {
  readonly created: readonly string[];
  /** Exist with fewer partitions than wanted. Left as they are: adding some would move customers between partitions. */
  readonly smaller: readonly {
    readonly topic: string;
    readonly wanted: number;
    readonly found: number;
  }[];
}

/** Creates the topics that are missing; leaves the rest alone. Resolves when they have leaders. */
export async function ensureTopics(
  kafka: Kafka,
  topics: readonly TopicSpec[],
): Promise<EnsuredTopics> {
  // Also those of a try that failed later on.
  const created = new Set<string>();
  return withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const missing = topics.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) await createTopics(admin, missing);
    for (const { topic } of missing) created.add(topic);
    // Until all have leaders.
    if (created.size > 0) await admin.fetchTopicMetadata({ topics: [...created] });
    const present = topics.filter(({ topic }) => !created.has(topic));
    return { created: [...created], smaller: await smaller(admin, present) };
  });
}

async function createTopics(admin: Admin, missing: readonly TopicSpec[]): Promise<void> {
  // kafkajs answers false when another process created them meanwhile: as good as ours. Its own wait
  // for leaders gives up at a broker that has not heard of the topic yet.
  await admin.createTopics({
    waitForLeaders: false,
    topics: missing.map(({ topic, partitions, configEntries }) => ({
      topic,
      numPartitions: partitions,
      ...(configEntries === undefined ? {} : { configEntries: [...configEntries] }),
    })),
  });
}

async function smaller(
  admin: Admin,
  present: readonly TopicSpec[],
): Promise<EnsuredTopics["smaller"]> {
  if (present.length === 0) return [];
  const { topics } = await admin.fetchTopicMetadata({ topics: present.map(({ topic }) => topic) });
  return present.flatMap(({ topic, partitions: wanted }) => {
    const found = topics.find(({ name }) => name === topic)?.partitions.length ?? 0;
    return found < wanted ? [{ topic, wanted, found }] : [];
  });
}

/** @returns the log positions of every partition, by partition. Fails when there is no such topic. */
export async function topicRanges(kafka: Kafka, topic: string): Promise<readonly PartitionRange[]> {
  return withAdmin(kafka, (admin) => readRanges(admin, topic, patienceOf(kafka)));
}

/** As topicRanges, over an admin client that is open. */
export async function readRanges(
  admin: Admin,
  topic: string,
  patience: Patience = {},
): Promise<readonly PartitionRange[]> {
  const offsets = await untilPassed(patience, () => admin.fetchTopicOffsets(topic));
  return offsets
    .map(({ partition, low, high }) => ({ partition, low: Number(low), high: Number(high) }))
    .sort((a, b) => a.partition - b.partition);
}
