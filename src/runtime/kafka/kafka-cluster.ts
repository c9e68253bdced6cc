import type { Kafka } from "kafkajs";

/** The part of kafkajs 2.2.4's Cluster that is used here: what its admin client does not pass on. */
export interface KafkaCluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
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
  readonly connectionPool: {
    /** Sends a request in the client's own framing, over its connection (TLS, SASL). */
    send<T>(protocol: {
      readonly request: {
        readonly apiKey: number;
        readonly apiName: string;
        readonly apiVersion: number;
        encode(): Promise<EncodedRequest>;
      };
      readonly response: {
        decode(payload: Buffer): Promise<T>;
        parse(decoded: T): Promise<T>;
      };
    }): Promise<T>;
  };
}

export const readUncommitted = 0;

type CreateCluster = (options: object) => KafkaCluster;

/** Runs `work` with a connection of its own and closes it, whatever happens. */
export async function withCluster<T>(
  kafka: Kafka,
  options: { readonly isolationLevel?: typeof readUncommitted },
  work: (cluster: KafkaCluster) => Promise<T>,
): Promise<T> {
  const create = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  if (create === undefined) throw new Error("this kafkajs has no createCluster");
  const makers = kafka as unknown as Readonly<Record<symbol, CreateCluster | undefined>>;
  const cluster = makers[create]?.({ allowAutoTopicCreation: false, ...options });
  if (cluster === undefined) throw new Error("this kafkajs has no createCluster");
  try {
    await cluster.connect();
    return await work(cluster);
  } finally {
    await cluster.disconnect().catch(() => {});
  }
}
