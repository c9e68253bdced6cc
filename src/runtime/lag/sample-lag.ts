import type { Admin } from "kafkajs";
import type { Database } from "../../ports/database.ts";
import type { Settings } from "../config/settings.ts";
import { explainDatabaseError } from "../database/database-failure.ts";
import { openDatabase } from "../database/open-database.ts";
import { cutConnections } from "../kafka/connections.ts";
import { demandTopic } from "../kafka/demand-topic.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { withCluster } from "../kafka/kafka-cluster.ts";
import { explainKafkaError } from "../kafka/kafka-failure.ts";
import { readTopicId } from "../kafka/topic-id.ts";
import { readRanges } from "../kafka/topics.ts";
import type { LagSample, Positions } from "./lag-report.ts";
import { storedPositions } from "./sql/stored-positions.ts";

export interface LagSampler {
  /** @throws Failure("environment") when Kafka is away; anything else missing is said in the sample. */
  sample(): Promise<LagSample>;
  close(): Promise<void>;
}

/** @throws Failure("environment") when Kafka is away or has no such topic. */
export async function openLagSampler(settings: Settings): Promise<LagSampler> {
  const { topic, group } = settings;
  const kafka = createKafka(settings, "orders-lag");
  const admin = kafka.admin();
  const database =
    settings.databaseUrl === undefined
      ? undefined
      : openDatabase(settings, { applicationName: "orders lag", poolSize: 1 });
  const close = async () => {
    await Promise.all([admin.disconnect().catch(() => {}), database?.close()]);
    cutConnections(kafka);
  };
  try {
    await admin.connect();
    await demandTopic(admin, topic);
    const { clusterId } = await admin.describeCluster();
    const topicId = await withCluster(kafka, {}, ({ brokerPool }) =>
      readTopicId(brokerPool.seedBroker, topic),
    );
    return {
      async sample() {
        try {
          const [fromGroup, fromDatabase] = await Promise.all([
            readGroup(admin, group, topic),
            readDatabase(database, settings, { clusterId, topicId }),
          ]);
          const atMs = Date.now();
          const ranges = await readRanges(admin, topic);
          return { atMs, ranges, ...fromGroup, database: fromDatabase };
        } catch (error) {
          throw explainKafkaError(error, settings.brokers);
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw explainKafkaError(error, settings.brokers);
  }
}

async function readGroup(
  admin: Admin,
  group: string,
  topic: string,
): Promise<Pick<LagSample, "group" | "groupState" | "members">> {
  try {
    const [offsets, { groups }] = await Promise.all([
      admin.fetchOffsets({ groupId: group, topics: [topic] }),
      admin.describeGroups([group]),
    ]);
    const next = new Map(
      (offsets[0]?.partitions ?? [])
        .map(({ partition, offset }) => [partition, Number(offset)] as const)
        // -1: nothing committed.
        .filter(([, offset]) => offset >= 0),
    );
    const state = groups[0]?.state ?? "Dead";
    const members = groups[0]?.members.length ?? 0;
    const none =
      state === "Dead" ? "Kafka knows no such group" : "the group has committed no offset";
    return {
      groupState: state,
      members,
      group: { next, unknown: next.size === 0 ? none : null },
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {
      groupState: null,
      members: null,
      group: { next: new Map(), unknown: `Kafka does not tell: ${error.message}` },
    };
  }
}

/** Kafka is there, but this it does not say: not allowed to, or no coordinator for the group. */
function isRefusal(error: unknown): error is Error {
  if (!(error instanceof Error) || !("type" in error)) return false;
  return /^(GROUP_|COORDINATOR_|NOT_COORDINATOR|INVALID_GROUP)/.test(String(error.type));
}

async function readDatabase(
  database: Database | undefined,
  { group, topic, databaseUrl }: Settings,
  log: { readonly clusterId: string; readonly topicId: string | undefined },
): Promise<Positions> {
  const nothing = (unknown: string): Positions => ({ next: new Map(), unknown });
  if (database === undefined) return nothing("no database is configured");
  try {
    const stored = await storedPositions(database, group, topic);
    if (stored.clusterId !== undefined && stored.clusterId !== log.clusterId)
      return nothing("the stored offsets belong to another Kafka cluster");
    const bothKnown = stored.topicId !== undefined && log.topicId !== undefined;
    if (bothKnown && stored.topicId !== log.topicId)
      return nothing("the stored offsets belong to another topic of this name, made anew since");
    if (stored.next.size === 0) return nothing(`it stores no offset of group ${group}`);
    return { next: stored.next, unknown: null };
  } catch (error) {
    const explained = explainDatabaseError(error, databaseUrl);
    return nothing(explained instanceof Error ? explained.message : String(explained));
  }
}
