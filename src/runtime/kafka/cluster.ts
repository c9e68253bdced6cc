import type { Kafka } from "kafkajs";

/**
 * What kafkajs 2.2.4 builds its consumer and admin client on, for what these do not offer: reading
 * without a group, and requests that they do not know.
 */
export interface Cluster {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadata(): Promise<void>;
  findLeaderForPartitions(
    topic: string,
    partitions: readonly number[],
  ): Readonly<Record<string, readonly number[]>>;
  getNodeIds(): readonly string[];
  findBroker(node: { readonly nodeId: string }): Promise<Broker>;
}

export interface Broker {
  fetch<Response>(request: object): Promise<Response>;
  readonly connectionPool: { send<Response>(protocolRequest: object): Promise<Response> };
}

/** Opens no connection yet. Sees committed messages only. */
export function createCluster(kafka: Kafka): Cluster {
  const symbol = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === "private:Kafka:createCluster",
  );
  const create =
    symbol === undefined
      ? undefined
      : (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol];
  if (create === undefined) throw new Error("kafkajs is not the version this was written for");
  const readCommitted = 1;
  return create({
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    isolationLevel: readCommitted,
  });
}
