import {
  askBroker,
  type CompactReader,
  compactArray,
  compactText,
  knows,
  noTags,
} from "./compact-bytes.ts";
import type { KafkaBroker } from "./kafka-cluster.ts";

const metadata = { apiKey: 3, apiName: "Metadata", apiVersion: 10 } as const;
/** Brokers without topic ids answer this one. */
const noId = "0".repeat(32);

/**
 * The id that Kafka gave the topic when it was made: a topic made anew under the same name has
 * another. kafkajs asks in a version of the request from before there were ids.
 * @returns 32 hexadecimal digits; undefined when the broker has no ids, or no such topic.
 */
export async function readTopicId(broker: KafkaBroker, topic: string): Promise<string | undefined> {
  if (!knows(broker, metadata)) return undefined;
  const topicId = await askBroker(broker, metadata, encodeBody(topic), decodeTopicId);
  return topicId === noId ? undefined : topicId;
}

/** Metadata request, version 10 (KIP-516), for one topic. */
function encodeBody(topic: string): readonly Buffer[] {
  const byName = Buffer.alloc(16); // not by id
  return [
    compactArray([Buffer.concat([byName, compactText(topic), noTags])]),
    Buffer.from([0, 0, 0]), // create none; no authorized operations
    noTags,
  ];
}

/** The id of the only topic in a Metadata response of version 10. */
export function decodeTopicId(from: CompactReader): string {
  from.int32(); // throttle time
  from.array(() => {
    from.int32(); // node id
    from.text(); // host
    from.int32(); // port
    from.nullableText(); // rack
    from.skipTagged();
  });
  from.nullableText(); // cluster id
  from.int32(); // controller id
  if (from.unsignedVarInt() - 1 < 1) return noId;
  from.int16(); // error code: a topic that is not there has no id either
  from.nullableText(); // name
  return from.id();
}
