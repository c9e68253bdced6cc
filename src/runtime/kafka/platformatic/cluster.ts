import { type API, findCoordinatorV4, metadataV12, ResponseError } from "@platformatic/kafka";
import type { BrokerAddress } from "../../settings/broker-list.ts";
import type { BrokerConnections } from "./broker-connections.ts";

interface TopicView {
  readonly id: string;
  /** The leading broker of each partition; undefined while it has none. */
  readonly leaders: ReadonlyMap<number, BrokerAddress | undefined>;
}

const askWithinMs = 3_000;
/** So many brokers are asked at a time; the first answer is taken, so that one may hang. */
const askedAtOnce = 3;
const groupKey = 0;
const unknownTopic = 3;

/** Who leads a topic's partitions, and who coordinates a group: as it was when it was last asked. */
export class Cluster {
  readonly #connections: BrokerConnections;
  readonly #bootstrap: readonly BrokerAddress[];
  readonly #topic: string;
  #brokers: readonly BrokerAddress[] = [];
  #view: TopicView = { id: "", leaders: new Map() };
  #refreshing: Promise<void> | undefined;

  constructor(connections: BrokerConnections, bootstrap: readonly BrokerAddress[], topic: string) {
    this.#connections = connections;
    this.#bootstrap = bootstrap;
    this.#topic = topic;
  }

  get topic(): TopicView {
    return this.#view;
  }

  /** Calls that overlap share one answer. */
  refresh(): Promise<void> {
    this.#refreshing ??= this.#refresh().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async coordinator(group: string): Promise<BrokerAddress> {
    const { coordinators } = await this.#askAny(findCoordinatorV4.api, [groupKey, [group]]);
    const [found] = coordinators;
    if (found === undefined) throw new Error(`Kafka names no coordinator of group ${group}`);
    return { host: found.host, port: found.port };
  }

  async #refresh(): Promise<void> {
    const { brokers, topics } = await this.#askAny(metadataV12.api, [[this.#topic], false, false]);
    this.#brokers = brokers.map(({ host, port }) => ({ host, port }));
    const topic = topics.find(({ name }) => name === this.#topic);
    // Deleted, or not known to that broker yet: whoever leads says so.
    if (topic === undefined || topic.errorCode === unknownTopic) return;
    const byId = new Map(brokers.map(({ nodeId, host, port }) => [nodeId, { host, port }]));
    this.#view = {
      id: topic.topicId,
      leaders: new Map(
        topic.partitions.map(({ partitionIndex, leaderId }) => [
          partitionIndex,
          byId.get(leaderId),
        ]),
      ),
    };
  }

  async #askAny<Arguments extends unknown[], Answer>(
    api: API<Arguments, Answer>,
    args: Arguments,
  ): Promise<Answer> {
    const known = [...this.#brokers].sort(() => Math.random() - 0.5).slice(0, askedAtOnce);
    try {
      return await this.#first(known.length === 0 ? this.#bootstrap : known, api, args);
    } catch (error) {
      // All that were known may be elsewhere by now.
      if (known.length === 0 || error instanceof ResponseError) throw error;
      return this.#first(this.#bootstrap, api, args);
    }
  }

  /** @throws what the first broker said, where all fail. */
  async #first<Arguments extends unknown[], Answer>(
    brokers: readonly BrokerAddress[],
    api: API<Arguments, Answer>,
    args: Arguments,
  ): Promise<Answer> {
    const asked = brokers.map((broker) =>
      this.#connections.ask(broker, api, args, askWithinMs).catch((error: unknown) => {
        const part = partOf<Answer>(error);
        if (part === undefined) throw error;
        return part;
      }),
    );
    try {
      return await Promise.any(asked);
    } catch (error) {
      const all = (error as AggregateError).errors as unknown[];
      throw all.find((each) => each instanceof ResponseError) ?? all[0];
    }
  }
}

/** Of metadata the answer is worth having where only some partitions have no leader. */
function partOf<Answer>(error: unknown): Answer | undefined {
  if (!(error instanceof ResponseError)) return undefined;
  const { response } = error as ResponseError & {
    response?: Partial<metadataV12.MetadataResponse>;
  };
  const [topic] = response?.topics ?? [];
  if (topic === undefined || (topic.errorCode !== 0 && topic.errorCode !== unknownTopic))
    return undefined;
  return response as Answer;
}
