import { Failure } from "../../failure/failure.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { explainKafkaError } from "../kafka/kafka-failure.ts";
import { cutConnections } from "../kafka/kafkajs-internals/connections.ts";
import { type LagSample, partitionLags, totalLag } from "../kafka/lag/lag-report.ts";
import { lagWarnings } from "../kafka/lag/lag-warnings.ts";
import { openLagSampler } from "../kafka/lag/open-lag-sampler.ts";
import { noPatience } from "../kafka/patience.ts";
import { brokerListens } from "../kafka/probe-kafka.ts";
import { pipelineTopicsNamed, readRanges, type TopicSpec } from "../kafka/topics.ts";
import { withAdmin } from "../kafka/with-admin.ts";
import type { Settings } from "../settings/settings.ts";
import type { KafkaStatus } from "./stack-status.ts";

/** @param needed topics that the stack's services want beside the pipeline's. */
export async function readKafkaStatus(
  settings: Settings,
  needed: readonly TopicSpec[],
): Promise<KafkaStatus> {
  const brokers = settings.brokers ?? "";
  const silent = (problem: string): KafkaStatus => ({
    ...{ brokers, problem, topics: [], group: null, warnings: [] },
  });
  if (!(await brokerListens(brokers))) return silent("nothing listens there");
  const kafka = createKafka(settings, "orders-status", undefined, { patience: noPatience });
  try {
    const [topics, sample] = await Promise.all([
      readTopics(kafka, settings, needed),
      sampleLag(settings).catch((error: unknown) => {
        // Kafka answers, but the orders' topic is not there.
        if (error instanceof Failure) return undefined;
        throw error;
      }),
    ]);
    const { topic, group } = settings;
    return {
      ...{ brokers, problem: null, topics },
      group: sample === undefined ? null : groupStatus(group, sample),
      warnings:
        sample === undefined ? [] : lagWarnings(sample, { group, topic, expectsOrders: true }),
    };
  } catch (error) {
    const explained = explainKafkaError(error, brokers);
    return silent(explained instanceof Error ? explained.message : String(explained));
  } finally {
    cutConnections(kafka);
  }
}

async function sampleLag(settings: Settings): Promise<LagSample> {
  const sampler = await openLagSampler(settings);
  try {
    return await sampler.sample();
  } finally {
    await sampler.close();
  }
}

function groupStatus(group: string, sample: LagSample): KafkaStatus["group"] {
  const partitions = partitionLags(sample, undefined);
  const total = totalLag(partitions, sample, undefined);
  return {
    group,
    type: sample.groupType ?? null,
    members: sample.members?.length ?? 0,
    // Where nothing was ever committed, all that there is.
    lag_total: partitions.reduce(
      (sum, each) => sum + (each.group_lag ?? each.log_end - each.log_start),
      0,
    ),
    database_lag: total.database_lag,
    database_lag_at_least: total.database_lag_at_least,
    database_lost: total.database_lost,
    database_unknown: sample.database.unknown,
  };
}

function readTopics(
  kafka: ReturnType<typeof createKafka>,
  { topic, dlqTopic }: Settings,
  needed: readonly TopicSpec[],
): Promise<KafkaStatus["topics"]> {
  return withAdmin(kafka, async (admin) => {
    const existing = new Set(await admin.listTopics());
    const ours = [...pipelineTopicsNamed(topic, dlqTopic), ...needed].filter((spec) =>
      existing.has(spec.topic),
    );
    return Promise.all(
      ours.map(async ({ topic: name }) => {
        const ranges = await readRanges(admin, name, noPatience);
        const messages = ranges.reduce((sum, { low, high }) => sum + high - low, 0);
        return { topic: name, partitions: ranges.length, messages };
      }),
    );
  });
}
