import type { Admin, Kafka } from "kafkajs";
import { closestName } from "../../../failure/closest-name.ts";
import type { Database } from "../../../ports/database.ts";
import { explainDatabaseError } from "../../postgres/database-failure.ts";
import { databaseIdentity } from "../../postgres/database-identity.ts";
import { openDatabase } from "../../postgres/open-database.ts";
import { standingPartitions } from "../../postgres/tables/standing-partitions.ts";
import { storedPositions } from "../../postgres/tables/stored-positions.ts";
import type { Settings } from "../../settings/settings.ts";
import { demandTopic } from "../demand-topic.ts";
import { readGroup, readGroupOffsets } from "../group-description.ts";
import { createKafka } from "../kafka-client.ts";
import { explainKafkaError } from "../kafka-failure.ts";
import { cutConnections } from "../kafkajs-internals/connections.ts";
import { withCluster } from "../kafkajs-internals/kafka-cluster.ts";
import { readTopicId } from "../kafkajs-internals/topic-id.ts";
import { readRanges } from "../topics.ts";
import type { LagSample } from "./lag-report.ts";

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
    let ownDatabase: string | undefined;
    return {
      async sample() {
        try {
          // In this order: a consumer commits to Kafka after its transaction, so that the group's
          // offset is ahead of the database's only if something else has put it there.
          const fromGroup = await readGroupNow(kafka, admin, group, topic);
          const stored = await readDatabase(database, settings, { clusterId, topicId });
          ownDatabase ??= database && (await databaseIdentity(database));
          const atMs = Date.now();
          const ranges = await readRanges(admin, topic);
          return { atMs, ranges, ...fromGroup, ...stored, ownDatabase };
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

async function readGroupNow(
  kafka: Kafka,
  admin: Admin,
  group: string,
  topic: string,
): Promise<Pick<LagSample, "group" | "groupState" | "groupType" | "members">> {
  try {
    const described = await readGroup(kafka, admin, group);
    const type = described?.type;
    const offsets = await readGroupOffsets(kafka, admin, { group, type, topics: [topic] });
    const next = offsets.get(topic) ?? new Map<number, number>();
    const none =
      described === undefined
        ? `Kafka knows no such group${await meantGroup(admin, group)}`
        : "the group has committed no offset of this topic";
    return {
      groupState: described?.state ?? "Dead",
      groupType: type,
      members: described?.members ?? [],
      group: { next, unknown: next.size === 0 ? none : null },
    };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return {
      groupState: null,
      groupType: undefined,
      members: null,
      group: { next: new Map(), unknown: `Kafka does not tell: ${error.message}` },
    };
  }
}

async function meantGroup(admin: Admin, group: string): Promise<string> {
  const { groups } = await admin.listGroups();
  const meant = closestName(
    group,
    groups.map(({ groupId }) => groupId),
  );
  return meant === undefined ? "" : `; did you mean ${meant}?`;
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
): Promise<Pick<LagSample, "database" | "standing">> {
  const nothing = (unknown: string) => ({ database: { next: new Map(), unknown }, standing: [] });
  if (database === undefined) return nothing("no database is configured");
  try {
    const stored = await storedPositions(database, group, topic);
    if (stored.clusterId !== undefined && stored.clusterId !== log.clusterId)
      return nothing("the stored offsets belong to another Kafka cluster");
    const bothKnown = stored.topicId !== undefined && log.topicId !== undefined;
    if (bothKnown && stored.topicId !== log.topicId)
      return nothing("the stored offsets belong to another topic of this name, made anew since");
    if (stored.next.size === 0) return nothing(`it stores no offset of group ${group}`);
    const standing = await standingPartitions(database, group, topic);
    return { database: { next: stored.next, unknown: null }, standing };
  } catch (error) {
    const explained = explainDatabaseError(error, databaseUrl);
    return nothing(explained instanceof Error ? explained.message : String(explained));
  }
}
