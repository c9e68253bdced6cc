import { createRequire } from "node:module";
import type { Kafka } from "kafkajs";
import { createCluster, type KafkaBroker, type KafkaCluster } from "./kafka-cluster.ts";

interface Decoder {
  readInt16(): number;
  readInt32(): number;
  readInt64(): { toString(): string };
  readBoolean(): boolean;
  readString(): string;
  readArray<T>(read: (decoder: Decoder) => T): T[];
}

const require = createRequire(import.meta.url);
const Decoder = require("kafkajs/src/protocol/decoder") as new (bytes: Buffer) => Decoder;
const Encoder = require("kafkajs/src/protocol/encoder") as new () => {
  writeInt32(value: number): unknown;
};

/** Of the leader's and every follower's copy. */
export interface LogSize {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: number;
}

/**
 * What each partition takes on the brokers' disks, compressed as it is, every replica by itself.
 * @returns undefined when a broker does not tell (no permission, or it does not know the request).
 */
export async function logSizes(kafka: Kafka): Promise<readonly LogSize[] | undefined> {
  const cluster = createCluster(kafka);
  try {
    await cluster.connect();
    await cluster.refreshMetadata();
    const sizes = await Promise.all(cluster.getNodeIds().map((nodeId) => ask(cluster, nodeId)));
    return sizes.flat();
  } catch {
    return undefined;
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}

async function ask(cluster: KafkaCluster, nodeId: string): Promise<readonly LogSize[]> {
  const broker: KafkaBroker = await cluster.findBroker({ nodeId });
  return broker.connectionPool.send<readonly LogSize[]>({
    // DescribeLogDirs, version 1: all topics.
    request: {
      apiKey: 35,
      apiVersion: 1,
      apiName: "DescribeLogDirs",
      encode: async () => new Encoder().writeInt32(-1),
    },
    response: { decode: async (bytes: Buffer) => decode(new Decoder(bytes)), parse: identity },
    logResponseError: false,
  });
}

function decode(decoder: Decoder): readonly LogSize[] {
  decoder.readInt32(); // throttle time
  const directories = decoder.readArray((directory) => {
    const errorCode = directory.readInt16();
    if (errorCode !== 0) throw new Error(`error code ${errorCode}`);
    directory.readString();
    return directory.readArray((topicOf) => {
      const topic = topicOf.readString();
      return topicOf.readArray((entry) => {
        const partition = entry.readInt32();
        const bytes = Number(entry.readInt64().toString());
        entry.readInt64(); // how far a copy that is being moved is behind
        entry.readBoolean();
        return { topic, partition, bytes };
      });
    });
  });
  const sizes = directories.flat(2);
  // Without permission the answer is empty rather than refused.
  if (sizes.length === 0) throw new Error("the broker tells nothing");
  return sizes;
}

async function identity<T>(value: T): Promise<T> {
  return value;
}
