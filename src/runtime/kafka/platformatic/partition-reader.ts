import { setTimeout as wait } from "node:timers/promises";
import type { GroupListener } from "../../../ports/group-consumer.ts";
import type { BrokerAddress } from "../../settings/broker-list.ts";
import { decodeRecords } from "../kafkajs-internals/fetch-response.ts";
import { type MaybeAborted, markAborted } from "../records/mark-aborted.ts";
import type { BrokerConnections } from "./broker-connections.ts";
import type { Cluster } from "./cluster.ts";
import { type FetchedPartition, fetchApi } from "./fetch-api.ts";
import { topicRefusal } from "./protocol-error.ts";
import { lostBatch, recordsBatch } from "./records-batch.ts";

interface ReaderOptions {
  readonly cluster: Cluster;
  /** Of its own: a heartbeat behind a fetch that waits for messages would wait, too. */
  readonly connections: BrokerConnections;
  readonly fetchBytes: number;
  readonly fetchPartitionBytes: number;
  readonly listener: GroupListener;
  /** Kafka does not let the topic be read. */
  readonly refused: (error: Error) => void;
}

/** Where a partition's next fetch begins. */
interface Reading {
  /** undefined before the first seek. */
  next: number | undefined;
  paused: boolean;
}

const waitForMessagesMs = 100;
/** A broker that takes longer may hang: is another the leader by now? */
const suspectAfterMs = 1_000;
const againAfterMs = 200;
const readCommitted = 1;
const noSession = { id: 0, epoch: -1 } as const;
const offsetOutOfRange = 1;
const topicNotAuthorized = 29;

/**
 * Fetches from each broker that leads partitions of ours, one request at a time; the next goes out
 * when all that the last one brought is taken, so that no more than that is held.
 */
export class PartitionReader {
  readonly #options: ReaderOptions;
  readonly #readings = new Map<number, Reading>();
  /** By the broker's address. */
  readonly #rounds = new Map<string, Promise<void>>();
  #mending: Promise<void> | undefined;
  #stopped = false;

  constructor(options: ReaderOptions) {
    this.#options = options;
  }

  /** Of what was ours before nothing more is given out. */
  assign(partitions: readonly number[]): void {
    this.#readings.clear();
    for (const partition of partitions)
      this.#readings.set(partition, { next: undefined, paused: false });
  }

  pause(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const reading = this.#readings.get(partition);
      if (reading !== undefined) reading.paused = true;
    }
  }

  resume(partitions: readonly number[]): void {
    for (const partition of partitions) {
      const reading = this.#readings.get(partition);
      if (reading !== undefined) reading.paused = false;
    }
    this.#fetch();
  }

  seek(partition: number, offset: number): void {
    const reading = this.#readings.get(partition);
    if (reading !== undefined) reading.next = offset;
  }

  /** Waits for running `batch` calls. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#options.connections.close();
    await Promise.all(this.#rounds.values());
    await this.#mending;
  }

  /** Begins a round with each broker that has none and leads something to be fetched. */
  #fetch(): void {
    if (this.#stopped) return;
    const { cluster } = this.#options;
    const rounds = new Map<string, { broker: BrokerAddress; partitions: number[] }>();
    let homeless = false;
    for (const [partition, { next, paused }] of this.#readings) {
      if (paused || next === undefined) continue;
      const broker = cluster.topic.leaders.get(partition);
      if (broker === undefined) {
        homeless = true;
        continue;
      }
      const key = `${broker.host}:${broker.port}`;
      if (this.#rounds.has(key)) continue;
      const round = rounds.get(key);
      if (round === undefined) rounds.set(key, { broker, partitions: [partition] });
      else round.partitions.push(partition);
    }
    if (homeless) this.#mend();
    for (const [key, { broker, partitions }] of rounds) {
      const round = this.#round(broker, partitions)
        .catch((error: unknown) => {
          if (!this.#stopped) this.#options.listener.restarting(error as Error);
          this.#mend();
          return this.#mending;
        })
        .finally(() => {
          this.#rounds.delete(key);
          this.#fetch();
        });
      this.#rounds.set(key, round);
    }
  }

  /** Learns who leads now; what nobody leads, or is refused, is not asked for again and again at once. */
  #mend(): void {
    this.#mending ??= wait(againAfterMs)
      .then(() => (this.#stopped ? undefined : this.#options.cluster.refresh()))
      .catch((error: unknown) => this.#options.listener.restarting(error as Error))
      .finally(() => {
        this.#mending = undefined;
        this.#fetch();
      });
  }

  async #round(broker: BrokerAddress, partitions: readonly number[]): Promise<void> {
    const { cluster, connections, fetchBytes, fetchPartitionBytes } = this.#options;
    const asked = new Map<number, { reading: Reading; from: number }>();
    for (const partition of partitions) {
      const reading = this.#readings.get(partition);
      if (reading?.next !== undefined) asked.set(partition, { reading, from: reading.next });
    }
    const request = [...asked].map(([partition, { from }]) => ({
      partition,
      currentLeaderEpoch: -1,
      fetchOffset: BigInt(from),
      lastFetchedEpoch: -1,
      partitionMaxBytes: fetchPartitionBytes,
    }));
    const suspicion = setInterval(() => void this.#suspect(broker, partitions), suspectAfterMs);
    let answer: readonly FetchedPartition[];
    try {
      answer = await connections.ask(broker, fetchApi, [
        waitForMessagesMs,
        1,
        fetchBytes,
        readCommitted,
        noSession.id,
        noSession.epoch,
        [{ topicId: cluster.topic.id, partitions: request }],
        [],
        "",
      ]);
    } finally {
      clearInterval(suspicion);
    }
    let moved = false;
    await Promise.all(
      answer.map(async (fetched) => {
        const from = asked.get(fetched.partition);
        if (from === undefined) return;
        moved ||= await this.#take(fetched, from.reading, from.from, answer);
      }),
    );
    if (!moved) return;
    this.#mend();
    await this.#mending;
  }

  /** Where another leads what we asked the broker for, its answer is not waited for. */
  async #suspect(broker: BrokerAddress, partitions: readonly number[]): Promise<void> {
    const { cluster, connections } = this.#options;
    await cluster.refresh().catch(() => {});
    const leads = partitions.some((partition) => {
      const leader = cluster.topic.leaders.get(partition);
      return leader?.host === broker.host && leader.port === broker.port;
    });
    if (!leads) connections.drop(broker);
  }

  /** @returns true where the broker is not the one to ask. */
  async #take(
    { partition, errorCode, abortedTransactions, records: bytes }: FetchedPartition,
    reading: Reading,
    from: number,
    answer: object,
  ): Promise<boolean> {
    const { listener, refused } = this.#options;
    const isOurs = () => this.#readings.get(partition) === reading;
    const isCurrent = () => !this.#stopped && isOurs() && !reading.paused && reading.next === from;
    if (!isCurrent()) return false;
    if (errorCode === topicNotAuthorized) refused(topicRefusal());
    if (errorCode === offsetOutOfRange) await listener.batch(lostBatch(partition));
    else if (errorCode !== 0) return true;
    if (bytes.length === 0) return false;
    const records = (await decodeRecords(bytes, answer)) as readonly MaybeAborted[];
    if (abortedTransactions.length > 0) markAborted(records, abortedTransactions);
    if (!isCurrent() || records.length === 0) return false;
    // Where it is not taken the listener has its reasons; it seeks when it wants to read on.
    await listener
      .batch(
        recordsBatch(partition, from, records, {
          heartbeat: () =>
            isOurs() ? Promise.resolve() : Promise.reject(new Error("the partition is given away")),
          resolve: (next) => {
            reading.next = next;
          },
        }),
      )
      .catch(() => {});
    return false;
  }
}
