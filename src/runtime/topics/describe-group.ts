import { type Admin, AssignerProtocol, type GroupDescription } from "kafkajs";
import { closestName } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";
import type { Settings } from "../config/settings.ts";
import { cutConnections } from "../kafka/connections.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { explainKafkaError } from "../kafka/kafka-failure.ts";
import { readRanges } from "../kafka/topics.ts";
import { withAdmin } from "../kafka/with-admin.ts";
import { lagAt } from "../lag/lag-report.ts";

export interface GroupReport {
  readonly group: string;
  /** Stable, Empty, PreparingRebalance or CompletingRebalance. */
  readonly state: string;
  /** How partitions are assigned; empty without members. */
  readonly assignor: string;
  readonly members: readonly {
    readonly member_id: string;
    readonly client_id: string;
    readonly host: string;
    /** Partitions by topic. */
    readonly assigned: Readonly<Record<string, readonly number[]>>;
  }[];
  readonly offsets: readonly {
    readonly topic: string;
    readonly partition: number;
    /** null: nothing committed. */
    readonly group_offset: number | null;
    /** null: the topic is gone. */
    readonly log_end: number | null;
    /** Messages still to be read; null when not known. */
    readonly lag: number | null;
    /** client_id of the member that reads it; null when none does. */
    readonly member: string | null;
  }[];
}

/** @throws Failure("environment") when Kafka is away or knows no such group. */
export async function describeGroup(settings: Settings, group: string): Promise<GroupReport> {
  const kafka = createKafka(settings, "orders-group-describe");
  try {
    return await withAdmin(kafka, async (admin) => {
      const { groups } = await admin.describeGroups([group]);
      const described = groups[0];
      if (described === undefined || described.state === "Dead") throw await noGroup(admin, group);
      const members = described.members.map(memberOf);
      return {
        group,
        state: described.state,
        assignor: described.protocol,
        members: members.sort((a, b) => (a.client_id < b.client_id ? -1 : 1)),
        offsets: await readOffsets(admin, group, members),
      };
    });
  } catch (error) {
    throw explainKafkaError(error, settings.brokers);
  } finally {
    cutConnections(kafka);
  }
}

async function noGroup(admin: Admin, group: string): Promise<Failure> {
  const { groups } = await admin.listGroups();
  const names = groups.map(({ groupId }) => groupId);
  const meant = closestName(group, names);
  const shown = names.slice(0, 10).join(", ");
  const known = names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
  return new Failure("environment", {
    what: `Kafka knows no group ${group}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    meaning: "a group exists once a member has joined it, until its last offset has expired",
    remedy: names.length === 0 ? "there are no groups at all" : `the groups there are: ${known}`,
  });
}

type Member = GroupReport["members"][number];

function memberOf(member: GroupDescription["members"][number]): Member {
  const { memberAssignment: bytes } = member;
  const decoded =
    bytes.length > 0 ? AssignerProtocol.MemberAssignment.decode(bytes)?.assignment : undefined;
  const assigned = Object.entries(decoded ?? {}).map(
    ([topic, partitions]) => [topic, partitions.toSorted((a, b) => a - b)] as const,
  );
  return {
    member_id: member.memberId,
    client_id: member.clientId,
    // Kafka writes /127.0.0.1
    host: member.clientHost.replace(/^\//, ""),
    assigned: Object.fromEntries(assigned),
  };
}

async function readOffsets(
  admin: Admin,
  group: string,
  members: readonly Member[],
): Promise<GroupReport["offsets"]> {
  const existing = new Set(await admin.listTopics());
  const committed = await admin.fetchOffsets({ groupId: group });
  const byTopic = new Map(
    committed.map(({ topic, partitions }) => [
      topic,
      new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)])),
    ]),
  );
  for (const { assigned } of members)
    for (const topic of Object.keys(assigned))
      if (!byTopic.has(topic)) byTopic.set(topic, new Map());
  const rows: GroupReport["offsets"][number][] = [];
  for (const [topic, offsets] of [...byTopic].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const ranges = existing.has(topic) ? await readRanges(admin, topic) : [];
    const partitions = new Set([...offsets.keys(), ...ranges.map(({ partition }) => partition)]);
    for (const partition of [...partitions].sort((a, b) => a - b)) {
      const range = ranges.find((each) => each.partition === partition);
      const offset = offsets.get(partition) ?? -1;
      const next = offset < 0 ? undefined : offset;
      rows.push({
        topic,
        partition,
        group_offset: next ?? null,
        log_end: range?.high ?? null,
        lag: range === undefined ? null : lagAt(range, next),
        member:
          members.find(({ assigned }) => assigned[topic]?.includes(partition))?.client_id ?? null,
      });
    }
  }
  return rows;
}
