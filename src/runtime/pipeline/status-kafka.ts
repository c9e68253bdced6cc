import type { KafkaStatus } from "../../ports/stack-status.ts";
import type { Settings } from "../config/settings.ts";
import { groupLag } from "../kafka/group-lag.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { pipelineTopicsNamed, readRanges } from "../kafka/topics.ts";
import { withAdmin } from "../kafka/with-admin.ts";
import { brokerListens } from "./probe-kafka.ts";

export async function readKafkaStatus(settings: Settings): Promise<KafkaStatus> {
  const brokers = settings.brokers ?? "";
  const silent = (problem: string): KafkaStatus => ({ brokers, problem, topics: [], group: null });
  if (!(await brokerListens(brokers))) return silent("nothing listens there");
  try {
    const kafka = createKafka(settings, "orders-status");
    const { topic, group } = settings;
    const [topics, lag] = await Promise.all([
      readTopics(kafka, settings),
      groupLag(kafka, { group, topic }),
    ]);
    const { members, lagTotal } = lag;
    return { brokers, problem: null, topics, group: { group, members, lag_total: lagTotal } };
  } catch (error) {
    return silent(error instanceof Error ? error.message : String(error));
  }
}

function readTopics(
  kafka: ReturnType<typeof createKafka>,
  { topic, dlqTopic }: Settings,
): Promise<KafkaStatus["topics"]> {
  return withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const ours = pipelineTopicsNamed(topic, dlqTopic).filter((t) => existing.has(t.topic));
    return Promise.all(
      ours.map(async ({ topic: name }) => {
        const ranges = await readRanges(admin, name);
        const messages = ranges.reduce((sum, { low, high }) => sum + high - low, 0);
        return { topic: name, partitions: ranges.length, messages };
      }),
    );
  });
}
