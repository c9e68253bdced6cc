import type { Kafka } from "kafkajs";
import { patienceOf, untilPassed } from "../patience.ts";

/**
 * The part of kafkajs 2.2.4's Cluster that is used here, for what its clients do not pass on: reading
 * without a group, and requests that they do not know.
 */
export interface KafkaCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>;
  getNodeIds(): readonly string[];
  findBroker(node: { readonly nodeId: string }): Promise<KafkaBroker>;
  findGroupCoordinator(group: { readonly groupId: string }): Promise<KafkaBroker>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  fetchTopicsOffset(
    topics: readonly {
      readonly topic: string;
      readonly fromBeginning: boolean;
      readonly partitions: readonly { readonly partition: number }[];
    }[],
  ): Promise<readonly { readonly partitions: readonly { partition: number; offset: string }[] }[]>;
  readonly brokerPool: { readonly seedBroker: KafkaBroker };
}

/** What kafkajs takes for one of its encoders. */
export interface EncodedRequest {
  readonly buf: Buffer;
  readonly buffer: Buffer;
  size(): number;
}

export interface KafkaBroker {
  /** By API key. */
  readonly versions: Readonly<Record<number, { readonly maxVersion: number } | undefined>>;
  fetch<Response>(request: object): Promise<Response>;
  /** Sends a request in the client's own framing, over its connection (TLS, SASL). */
  readonly connectionPool: { send<T>(exchange: Exchange<T>): Promise<T> };
}

/** A request that kafkajs does not know, and how its answer is read. */
export interface Exchange<T> {
  readonly request: {
    readonly apiKey: number;
    readonly apiName: string;
    readonly apiVersion: number;
    /** One of kafkajs's encoders, or what it takes for one. */
    encode(): Promise<unknown>;
  };
  readonly response: {
    decode(payload: Buffer): Promise<T>;
    parse(decoded: T): Promise<T>;
  };
  readonly logResponseError?: boolean;
}

export const readUncommitted = 0;

const readCommitted = 1;
const metadataMaxAgeMs = 300_000;

interface ClusterOptions {
  /** Left out: committed messages only. */
  readonly isolationLevel?: typeof readUncommitted;
}

type CreateCluster = (options: object) => KafkaCluster;

/** Opens no connection yet. */
export function createCluster(kafka: Kafka, options: ClusterOptions = {}): KafkaCluster {
  const create = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  if (create === undefined) throw new Error("kafkajs is not the version this was written for");
  const makers = kafka as unknown as Readonly<Record<symbol, CreateCluster>>;
  return (makers[create] as CreateCluster)({
    metadataMaxAge: metadataMaxAgeMs,
    allowAutoTopicCreation: false,
    isolationLevel: readCommitted,
    ...options,
  });
}

/**
 * Runs `work` with a connection of its own and closes it, whatever happens; all of it again while
 * Kafka's trouble is one that passes, as long as the client is patient.
 */
export async function withCluster<T>(
  kafka: Kafka,
  options: ClusterOptions,
  work: (cluster: KafkaCluster) => Promise<T>,
): Promise<T> {
  return untilPassed(patienceOf(kafka), async () => {
    const cluster = createCluster(kafka, options);
    try {
      await cluster.connect();
      return await work(cluster);
    } finally {
      await cluster.disconnect().catch(() => {});
    }
  });
}
