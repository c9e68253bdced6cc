import { closestName } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";
import { readAnnouncement } from "../../runtime/kafka/announcement.ts";
import type { Admin, Kafka } from "../../runtime/kafka/client.ts";
import type { GroupDescription, GroupType } from "../../runtime/kafka/described-group.ts";
import { readGroup, readGroupOffsets } from "../../runtime/kafka/group-description.ts";
import { memberWarnings } from "../../runtime/kafka/group-warnings.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../../runtime/kafka/kafka-failure.ts";
import { cutConnections } from "../../runtime/kafka/kafkajs-internals/connections.ts";
import { lagAt, lostAt } from "../../runtime/kafka/lag/lag-report.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import { withAdmin } from "../../runtime/kafka/with-admin.ts";
import { databaseIdentity } from "../../runtime/postgres/database-identity.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";

export interface GroupReport {
  readonly group: string;
  readonly type: GroupType;
  /** Kafka's word: Stable, Empty, PreparingRebalance, Assigning … */
  readonly state: string;
  /** How partitions are assigned; empty without members. */
  readonly assignor: string;
  readonly members: readonly {
    readonly member_id: string;
    readonly client_id: string;
    readonly host: string;
    /** Partitions by topic. */
    readonly assigned: Readonly<Record<string, readonly number[]>>;
    /**
     * Of an orders consumer: whether it writes to the database that is configured here; null when
     * it or we do not know, and of any other program.
     */
    readonly writes_here: boolean | null;
  }[];
  /** Members that do not write to the database that is configured here. */
  readonly warnings: readonly string[];
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    /** null: nothing committed. */
    readonly group_offset: number | null;
    /** null: the topic is gone. */
    readonly log_end: number | null;
    /** Messages not read, lost ones included; null when not known. */
    readonly lag: number | null;
    /** Of these: deleted before they were read. */
    readonly lost: number;
    /** client_id of the member that reads it; null when none does. */
    readonly member: string | null;
  }[];
}

/** @throws Failure("environment") when Kafka is away or knows no such group. */
export async function describeGroup(settings: Settings, group: string): Promise<GroupReport> {
  const kafka = createKafka(settings, "orders-group-describe");
  try {
    return await withAdmin(kafka, async (admin) => {
      const [described, ownDatabase] = await Promise.all([
        readGroup(kafka, admin, group),
        identityOf(settings),
      ]);
      if (described === undefined) throw await notDescribed(admin, group);
      const members = described.members.toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1));
      const scene = { group, topic: settings.topic, members, ownDatabase };
      return {
        group,
        type: described.type,
        state: described.state,
        assignor: described.assignor,
        members: members.map(({ memberId, clientId, host, assigned, userData }) => ({
          ...{ member_id: memberId, client_id: clientId, host, assigned },
          writes_here: writesHere(readAnnouncement(userData)?.database, ownDatabase),
        })),
        warnings: memberWarnings({ ...scene, expectsOrders: false }),
        offsets: await readOffsets(kafka, admin, group, { ...described, members }),
      };
    });
  } catch (error) {
    throw explainKafkaError(error, settings.brokers);
  } finally {
    cutConnections(kafka);
  }
}

/** The database is not what this is about: without one, or when it is away, nothing is compared. */
async function identityOf(settings: Settings): Promise<string | undefined> {
  if (settings.databaseUrl === undefined) return undefined;
  const options = { applicationName: "orders group describe", poolSize: 1 };
  const database = openDatabase(settings, options);
  try {
    return await databaseIdentity(database);
  } finally {
    await database.close();
  }
}

function writesHere(announced: string | undefined, own: string | undefined): boolean | null {
  return announced === undefined || own === undefined ? null : announced === own;
}

/** There is none, or there is and it cannot be described. */
async function notDescribed(admin: Admin, group: string): Promise<Failure> {
  const { groups } = await admin.listGroups();
  const names = groups.map(({ groupId }) => groupId);
  if (names.includes(group))
    return new Failure("environment", {
      what: `Kafka has a group ${group}, but does not describe it`,
      meaning:
        "it is of a kind that this version of orders does not know, or not for this user to see",
      remedy:
        "look at it with the tools of the program that made it, or ask for the right to describe it",
    });
  const meant = closestName(group, names);
  const shown = names.slice(0, 10).join(", ");
  const known = names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
  return new Failure("environment", {
    what: `Kafka knows no group ${group}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    meaning: "a group exists once a member has joined it, until its last offset has expired",
    remedy: names.length === 0 ? "there are no groups at all" : `the groups there are: ${known}`,
  });
}

async function readOffsets(
  kafka: Kafka,
  admin: Admin,
  group: string,
  { type, members }: GroupDescription,
): Promise<GroupReport["offsets"]> {
  const existing = new Set(await admin.listTopics());
  const byTopic = new Map(await readGroupOffsets(kafka, admin, { group, type }));
  for (const { assigned } of members)
    for (const topic of Object.keys(assigned))
      if (!byTopic.has(topic)) byTopic.set(topic, new Map());
  const rows: GroupReport["offsets"][number][] = [];
  for (const [topic, offsets] of [...byTopic].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ranges = existing.has(topic) ? await readRanges(admin, topic) : [];
    const partitions = new Set([...offsets.keys(), ...ranges.map(({ partition }) => partition)]);
    for (const partition of [...partitions].sort((a, b) => a - b)) {
      const range = ranges.find((each) => each.partition === partition);
      const next = offsets.get(partition);
      rows.push({
        topic,
        partition,
        group_offset: next ?? null,
        log_end: range?.high ?? null,
        lag: range === undefined ? null : lagAt(range, next),
        lost: range === undefined ? 0 : lostAt(range, next),
        member:
          members.find(({ assigned }) => assigned[topic]?.includes(partition))?.clientId ?? null,
      });
    }
  }
  return rows;
}
