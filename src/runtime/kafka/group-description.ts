import {
  type Admin,
  AssignerProtocol,
  type Kafka,
  type GroupDescription as KafkajsDescription,
} from "kafkajs";
import type { GroupDescription, GroupMember, GroupType } from "./described-group.ts";
import { withCluster } from "./kafkajs-internals/kafka-cluster.ts";
import { describeNewerGroup } from "./kafkajs-internals/newer-groups.ts";
import { readShareOffsets } from "./kafkajs-internals/read-share-offsets.ts";
import { readRanges } from "./topics.ts";

/** @returns undefined when Kafka knows no such group, of whatever kind. */
export async function readGroup(
  kafka: Kafka,
  admin: Admin,
  group: string,
): Promise<GroupDescription | undefined> {
  const { groups } = await admin.describeGroups([group]);
  const classic = groups[0];
  // Kafka says Dead of a group that is not there, and of one of a kind newer than the request.
  if (classic !== undefined && classic.state !== "Dead") return classicGroup(classic);
  return withCluster(kafka, {}, async (cluster) =>
    describeNewerGroup(await cluster.findGroupCoordinator({ groupId: group }), group),
  );
}

/**
 * @param topics only of these; all of the group's otherwise.
 * @returns next offsets by topic and partition, as Kafka keeps them for the group.
 */
export async function readGroupOffsets(
  kafka: Kafka,
  admin: Admin,
  { group, type, topics }: { group: string; type: GroupType | undefined; topics?: string[] },
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  if (type === "share") return sharePositions(kafka, admin, group);
  const committed = await admin.fetchOffsets({
    groupId: group,
    ...(topics === undefined ? {} : { topics }),
  });
  return new Map(
    committed.map(({ topic, partitions }) => [
      topic,
      new Map(
        partitions
          .map(({ partition, offset }) => [partition, Number(offset)] as const)
          // -1: nothing committed.
          .filter(([, offset]) => offset >= 0),
      ),
    ]),
  );
}

/** Of a share group, as if it read in order: the log's end less what is not acknowledged. */
async function sharePositions(kafka: Kafka, admin: Admin, group: string) {
  const offsets = await withCluster(kafka, {}, async (cluster) =>
    readShareOffsets(await cluster.findGroupCoordinator({ groupId: group }), group),
  );
  const positions = new Map<string, Map<number, number>>();
  for (const topic of new Set(offsets.map((each) => each.topic))) {
    const ends = new Map(
      (await readRanges(admin, topic)).map(({ partition, high }) => [partition, high]),
    );
    const own = offsets.filter((each) => each.topic === topic);
    const next = own.map(({ partition, start, lag }) => {
      const end = ends.get(partition);
      return [partition, end === undefined || lag === undefined ? start : end - lag] as const;
    });
    positions.set(topic, new Map(next));
  }
  return positions;
}

function classicGroup(group: KafkajsDescription): GroupDescription {
  const consumers = group.protocolType === "consumer" || group.protocolType === "";
  return {
    type: consumers ? "classic" : "other",
    state: group.state,
    assignor: group.protocol,
    members: group.members.map((member) => ({
      memberId: member.memberId,
      clientId: member.clientId,
      // Kafka writes /127.0.0.1
      host: member.clientHost.replace(/^\//, ""),
      assigned: consumers ? assignedOf(member.memberAssignment) : {},
      userData: consumers ? userDataOf(member.memberMetadata) : undefined,
    })),
  };
}

function assignedOf(bytes: Buffer): GroupMember["assigned"] {
  const decoded = decodedOr(undefined, () =>
    bytes.length > 0 ? AssignerProtocol.MemberAssignment.decode(bytes)?.assignment : undefined,
  );
  return Object.fromEntries(
    Object.entries(decoded ?? {}).map(([topic, partitions]) => [
      topic,
      partitions.toSorted((a, b) => a - b),
    ]),
  );
}

/** Kafka passes it on only while the group is stable. */
function userDataOf(bytes: Buffer): Buffer | undefined {
  return decodedOr(undefined, () =>
    bytes.length > 0 ? AssignerProtocol.MemberMetadata.decode(bytes)?.userData : undefined,
  );
}

/** What another program's member announces need not be what kafkajs takes it for. */
function decodedOr<T>(otherwise: T, decode: () => T): T {
  try {
    return decode();
  } catch {
    return otherwise;
  }
}
