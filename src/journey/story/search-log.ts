import type { LogMessage, PartitionRange } from "../../ports/log.ts";
import { type Admin, AssignerProtocol, type Kafka } from "../../runtime/kafka/client.ts";
import { separateKafka } from "../../runtime/kafka/kafka-client.ts";
import {
  openTopicReader,
  type TopicReader,
} from "../../runtime/kafka/kafkajs-internals/topic-reader.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import { readRanges } from "../../runtime/kafka/topics.ts";
import { within } from "../../runtime/kafka/within.ts";
import type { LogEvidence, MessageEvidence } from "./evidence.ts";
import { isOf, mentions, messageEvidence, needlesFor } from "./message-of.ts";
import { messageAt, type Scanned, type ScanOptions, scanTopic } from "./scan-topic.ts";

export interface LogQuestion {
  readonly orderId: string;
  readonly topic: string;
  readonly group: string;
  /** Where the database says that its messages stand. */
  readonly places: readonly { readonly partition: number; readonly offset: number }[];
  /** First offset by partition that can be meant. */
  readonly from: ReadonlyMap<number, number>;
  /** When it was made, about; looked for from shortly before, and only then before that. */
  readonly aboutMs: number | undefined;
  /** Whose it is: its partition is looked through first. */
  readonly customerId: string | undefined;
  /** Look for copies of it, too: the whole log is read. */
  readonly copies: boolean;
  readonly limits: Omit<ScanOptions, "wanted" | "first">;
}

/** Clocks of those who make ids, and of brokers, differ. */
const slackMs = 60_000;
const groupMsMax = 10_000;

/** What the log says of an order. Joins no group and commits nothing. */
export async function searchLog(
  kafka: Kafka,
  admin: Admin,
  question: LogQuestion,
): Promise<LogEvidence> {
  const { topic, orderId, places, copies, limits } = question;
  const ranges = await readRanges(admin, topic);
  const reader = await openTopicReader(separateKafka(kafka), topic);
  try {
    const named = await atPlaces(reader, ranges, question);
    const known = named.filter((message) => isOf(message, orderId));
    const others = named.filter((message) => !known.includes(message));
    const search =
      known.length > 0 && !copies
        ? { found: [], whole: true }
        : await searchSpans(reader, await spansOf(admin, ranges, question), question);
    const found = search.found.map((message) => messageEvidence(topic, message));
    // One that says no order's id has it somewhere else, as in an envelope.
    const own = found.filter((one) => one.orderId === undefined || isOf(one, orderId));
    return {
      messages: inOrder([...known, ...own]),
      others,
      searched: search.whole,
      cutOff: cutOff(ranges, question),
      unknown: search.whole
        ? undefined
        : limits.signal.aborted
          ? "the search was stopped"
          : "the search took longer than --timeout; --since narrows it",
      low: new Map(ranges.map(({ partition, low }) => [partition, low])),
      ...(await groupOf(admin, question)),
    };
  } finally {
    await reader.close();
  }

  async function atPlaces(
    open: TopicReader,
    within: readonly PartitionRange[],
    { topic: of }: LogQuestion,
  ): Promise<readonly MessageEvidence[]> {
    const messages: MessageEvidence[] = [];
    for (const place of places) {
      const message = await messageAt(open, within, place);
      if (message !== undefined) messages.push(messageEvidence(of, message));
    }
    return messages;
  }
}

/** One after the other, most likely first; within each, all partitions at once. */
async function searchSpans(
  reader: TopicReader,
  spans: readonly (readonly PartitionRange[])[],
  { orderId, copies, limits }: LogQuestion,
): Promise<Scanned> {
  const needles = needlesFor(orderId);
  const options = {
    ...limits,
    first: !copies,
    wanted: (message: LogMessage) => mentions(message, needles),
  };
  const found: LogMessage[] = [];
  let read = 0;
  for (const stretch of spans) {
    let now = 0;
    const scanned = await scanTopic(reader, stretch, {
      ...options,
      onProgress: (count) => {
        now = count;
        limits.onProgress(read + count);
      },
    });
    read += now;
    found.push(...scanned.found);
    if (!scanned.whole) return { found, whole: false };
    if (!copies && found.length > 0) break;
  }
  return { found, whole: true };
}

async function spansOf(
  admin: Admin,
  ranges: readonly PartitionRange[],
  { topic, from, aboutMs, customerId }: LogQuestion,
): Promise<readonly (readonly PartitionRange[])[]> {
  const first = ({ partition, low }: PartitionRange) => Math.max(low, from.get(partition) ?? 0);
  const whole = ranges.map((range) => ({ ...range, low: first(range) }));
  const own = customerId === undefined ? -1 : partitionOfKey(customerId, ranges.length);
  const split = (spans: readonly PartitionRange[]) => [
    spans.filter(({ partition }) => partition === own),
    spans.filter(({ partition }) => partition !== own),
  ];
  if (aboutMs === undefined) return split(whole);
  const starts = await offsetsAt(admin, topic, aboutMs - slackMs);
  const start = ({ partition, low, high }: PartitionRange) =>
    Math.min(high, Math.max(low, starts.get(partition) ?? low));
  const after = whole.map((range) => ({ ...range, low: start(range) }));
  const before = whole.map((range) => ({ ...range, high: start(range) }));
  return [...split(after), ...split(before)];
}

/** @returns the first offset at or after a time, by partition; the log's end where there is none. */
export async function offsetsAt(
  admin: Admin,
  topic: string,
  ms: number,
): Promise<ReadonlyMap<number, number>> {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, Math.floor(ms)));
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}

/** Whether something was deleted that could have been it. */
function cutOff(ranges: readonly PartitionRange[], { from }: LogQuestion): boolean {
  return ranges.some(({ partition, low }) => low > (from.get(partition) ?? 0));
}

/** How far the group is, and who is in it; where Kafka does not say, nothing. */
async function groupOf(
  admin: Admin,
  { group, topic }: LogQuestion,
): Promise<Pick<LogEvidence, "committed" | "holders">> {
  const ask = async () => {
    const [committed, { groups }] = await Promise.all([
      admin.fetchOffsets({ groupId: group, topics: [topic] }),
      admin.describeGroups([group]),
    ]);
    return { partitions: committed[0]?.partitions ?? [], members: groups[0]?.members ?? [] };
  };
  try {
    // A coordinator that hangs holds up no story: it is the last thing that matters.
    const { partitions, members } = await within(ask(), groupMsMax, "the group's coordinator");
    const holders = members.flatMap(({ clientId, memberId, clientHost, memberAssignment }) => {
      const assigned =
        memberAssignment.length > 0
          ? AssignerProtocol.MemberAssignment.decode(memberAssignment)?.assignment
          : undefined;
      const name = `${clientId} at ${clientHost.replace(/^\//, "")} (${memberId})`;
      return (assigned?.[topic] ?? []).map((partition) => [partition, name] as const);
    });
    const committed = partitions
      .map(({ partition, offset }) => [partition, Number(offset)] as const)
      // -1: nothing committed.
      .filter(([, offset]) => offset >= 0);
    return { committed: new Map(committed), holders: new Map(holders) };
  } catch {
    return { committed: new Map(), holders: new Map() };
  }
}

function inOrder(messages: readonly MessageEvidence[]): readonly MessageEvidence[] {
  const byPlace = new Map(
    messages.map((message) => [`${message.partition}/${message.offset}`, message]),
  );
  return [...byPlace.values()].sort(
    (a, b) => a.timestampMs - b.timestampMs || a.partition - b.partition || a.offset - b.offset,
  );
}
