import type { GroupDescription, GroupMember, GroupType } from "../described-group.ts";
import {
  askBroker,
  type CompactReader,
  compactArray,
  compactText,
  type FlexibleRequest,
  knows,
  noTags,
} from "./compact-bytes.ts";
import type { KafkaBroker } from "./kafka-cluster.ts";

/**
 * Kinds of group that kafkajs does not know: each has a request of its own to be described
 * (KIP-848, KIP-932, KIP-1071); Kafka answers the old one as if they did not exist.
 */
const requests: readonly (FlexibleRequest & {
  readonly type: GroupType;
  readonly read: (from: CompactReader) => DescribedGroup;
})[] = [
  {
    ...{ type: "consumer", apiKey: 69, apiName: "ConsumerGroupDescribe", apiVersion: 0 },
    read: readConsumerGroup,
  },
  {
    ...{ type: "share", apiKey: 77, apiName: "ShareGroupDescribe", apiVersion: 1 },
    read: readShareGroup,
  },
  {
    ...{ type: "streams", apiKey: 89, apiName: "StreamsGroupDescribe", apiVersion: 0 },
    read: readStreamsGroup,
  },
];

export interface DescribedGroup {
  readonly errorCode: number;
  readonly state: string;
  readonly assignor: string;
  readonly members: readonly GroupMember[];
}

/** @returns undefined when it is no group of these kinds, or the broker is from before them. */
export async function describeNewerGroup(
  coordinator: KafkaBroker,
  group: string,
): Promise<GroupDescription | undefined> {
  for (const request of requests) {
    if (!knows(coordinator, request)) continue;
    const body = [compactArray([compactText(group)]), Buffer.from([0]), noTags];
    const described = await askBroker(coordinator, request, body, (from) => {
      from.int32(); // throttle time
      return from.array(() => request.read(from))[0];
    });
    // Of another kind, not there, or not for us to see: the next may tell.
    if (described === undefined || described.errorCode !== 0) continue;
    const { state, assignor, members } = described;
    return { type: request.type, state, assignor, members };
  }
  return undefined;
}

function readHead(from: CompactReader) {
  const errorCode = from.int16();
  from.nullableText(); // error message
  from.text(); // the group
  const state = from.text();
  from.int32(); // epoch of the group
  from.int32(); // epoch of the assignment
  return { errorCode, state };
}

/** Pure: ConsumerGroupDescribe, version 0. */
export function readConsumerGroup(from: CompactReader): DescribedGroup {
  const head = readHead(from);
  const assignor = from.text();
  const members = from.array((): GroupMember => {
    const memberId = from.text();
    from.nullableText(); // instance
    from.nullableText(); // rack
    from.int32(); // epoch
    const clientId = from.text();
    const host = hostOf(from.text());
    from.array(() => from.text()); // subscribed
    from.nullableText(); // by pattern
    const assigned = readAssignment(from);
    readAssignment(from); // what is to be
    from.skipTagged();
    return { ...{ memberId, clientId, host, assigned }, userData: undefined };
  });
  readTail(from);
  return { ...head, assignor, members };
}

/** Pure: ShareGroupDescribe, version 1. */
export function readShareGroup(from: CompactReader): DescribedGroup {
  const head = readHead(from);
  const assignor = from.text();
  const members = from.array((): GroupMember => {
    const memberId = from.text();
    from.nullableText(); // rack
    from.int32(); // epoch
    const clientId = from.text();
    const host = hostOf(from.text());
    from.array(() => from.text()); // subscribed
    const assigned = readAssignment(from);
    from.skipTagged();
    return { ...{ memberId, clientId, host, assigned }, userData: undefined };
  });
  readTail(from);
  return { ...head, assignor, members };
}

/** Pure: StreamsGroupDescribe, version 0. Its members are assigned tasks, which are not read. */
export function readStreamsGroup(from: CompactReader): DescribedGroup {
  const head = readHead(from);
  readTopology(from);
  const members = from.array((): GroupMember => {
    const memberId = from.text();
    from.int32(); // epoch
    from.nullableText(); // instance
    from.nullableText(); // rack
    const clientId = from.text();
    const host = hostOf(from.text());
    from.int32(); // epoch of the topology
    from.text(); // process
    if (from.int8() >= 0) {
      from.text(); // host of its endpoint
      from.int16(); // port
      from.skipTagged();
    }
    readPairs(from); // tags of the client
    readTaskOffsets(from);
    readTaskOffsets(from); // ends
    readTasks(from);
    readTasks(from); // what is to be
    from.int8(); // whether it speaks the classic protocol
    from.skipTagged();
    return { ...{ memberId, clientId, host, assigned: {} }, userData: undefined };
  });
  readTail(from);
  return { ...head, assignor: "", members };
}

/** Kafka writes /127.0.0.1 */
function hostOf(text: string): string {
  return text.replace(/^\//, "");
}

function readAssignment(from: CompactReader): GroupMember["assigned"] {
  const topics = from.array(() => {
    from.id();
    const topic = from.text();
    const partitions = from.array(() => from.int32());
    from.skipTagged();
    return [topic, partitions.toSorted((a, b) => a - b)] as const;
  });
  from.skipTagged();
  return Object.fromEntries(topics);
}

function readTail(from: CompactReader): void {
  from.int32(); // authorized operations
  from.skipTagged();
}

function readTopology(from: CompactReader): void {
  if (from.int8() < 0) return;
  from.int32(); // epoch
  from.array(() => {
    from.text(); // name of the part
    from.array(() => from.text()); // sources
    from.array(() => from.text()); // sinks
    readInternalTopics(from); // changelogs
    readInternalTopics(from); // repartitions
    from.skipTagged();
  });
  from.skipTagged();
}

function readInternalTopics(from: CompactReader): void {
  from.array(() => {
    from.text();
    from.int32(); // partitions
    from.int16(); // replicas
    readPairs(from); // settings
    from.skipTagged();
  });
}

function readPairs(from: CompactReader): void {
  from.array(() => {
    from.text();
    from.text();
    from.skipTagged();
  });
}

function readTaskOffsets(from: CompactReader): void {
  from.array(() => {
    from.text();
    from.int32();
    from.int64();
    from.skipTagged();
  });
}

function readTasks(from: CompactReader): void {
  for (const _ of ["active", "standby", "warm-up"])
    from.array(() => {
      from.text();
      from.array(() => from.int32());
      from.skipTagged();
    });
  from.skipTagged();
}
