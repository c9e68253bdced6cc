import type { EncodedRequest, KafkaBroker } from "./kafka-cluster.ts";

const metadata = { apiKey: 3, apiName: "Metadata", apiVersion: 10 } as const;
/** Brokers without topic ids answer this one. */
const noId = "0".repeat(32);

/**
 * The id that Kafka gave the topic when it was made: a topic made anew under the same name has
 * another. kafkajs asks in a version of the request from before there were ids.
 * @returns 32 hexadecimal digits; undefined when the broker has no ids, or no such topic.
 */
export async function readTopicId(broker: KafkaBroker, topic: string): Promise<string | undefined> {
  const { maxVersion } = broker.versions[metadata.apiKey] ?? { maxVersion: 0 };
  if (maxVersion < metadata.apiVersion) return undefined;
  const { topicId } = await broker.connectionPool.send({
    request: { ...metadata, encode: async () => encodeRequest(topic) },
    response: {
      decode: async (payload) => ({ topicId: decodeTopicId(payload) }),
      parse: async (decoded) => decoded,
    },
  });
  return topicId === noId ? undefined : topicId;
}

/**
 * Metadata request, version 10 (KIP-516), for one topic. The first byte ends the header, which
 * kafkajs writes as in versions before 9: there it has no tagged fields.
 */
function encodeRequest(topic: string): EncodedRequest {
  const name = Buffer.from(topic, "utf8");
  const bytes = Buffer.concat([
    Buffer.from([0]), // tagged fields of the header
    Buffer.from([2]), // one topic, counted as in compact arrays: n + 1
    Buffer.alloc(16), // by name, not by id
    unsignedVarInt(name.length + 1),
    name,
    Buffer.from([0]), // tagged fields of the topic
    Buffer.from([0, 0, 0]), // create none; no authorized operations
    Buffer.from([0]), // tagged fields
  ]);
  return { buf: bytes, buffer: bytes, size: () => bytes.length };
}

/** Pure: the id of the only topic in a Metadata response of version 10, tagged fields of its header included. */
export function decodeTopicId(payload: Buffer): string {
  let at = 0;
  const varInt = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = payload.readUInt8(at++);
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  };
  const skipText = () => {
    const length = varInt() - 1; // null is 0
    at += Math.max(0, length);
  };
  const skipTagged = () => {
    for (let left = varInt(); left > 0; left--) {
      varInt();
      const length = varInt();
      at += length;
    }
  };
  skipTagged();
  at += 4; // throttle time
  for (let brokers = varInt() - 1; brokers > 0; brokers--) {
    at += 4; // node id
    skipText(); // host
    at += 4; // port
    skipText(); // rack
    skipTagged();
  }
  skipText(); // cluster id
  at += 4; // controller id
  if (varInt() - 1 < 1) return noId;
  at += 2; // error code: a topic that is not there has no id either
  skipText(); // name
  return payload.toString("hex", at, at + 16);
}

function unsignedVarInt(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 0x80);
  }
}
