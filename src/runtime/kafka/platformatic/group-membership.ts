import { setTimeout as wait } from "node:timers/promises";
import {
  heartbeatV4,
  joinGroupV7,
  leaveGroupV4,
  offsetCommitV8,
  syncGroupV5,
} from "@platformatic/kafka";
import { AssignerProtocol } from "kafkajs";
import type { BrokerAddress } from "../../settings/broker-list.ts";
import { type Announcement, announcingAssigner } from "../announcement.ts";
import type { BrokerConnections } from "./broker-connections.ts";
import type { Cluster } from "./cluster.ts";
import { protocolErrorOf, refusalOf } from "./protocol-error.ts";

interface MembershipOptions {
  readonly group: string;
  readonly topic: string;
  readonly sessionTimeoutMs: number;
  readonly heartbeatEveryMs: number;
  readonly cluster: Cluster;
  readonly connections: BrokerConnections;
  readonly announce: () => Announcement;
  readonly assigned: (partitions: readonly number[]) => void;
  /** Nothing is ours till the next `assigned`: the group shares anew, or does not know us any more. */
  readonly expelled: () => void;
  /** The coordinator does not answer; it is looked for, and the membership goes on. */
  readonly unreachable: (error: Error) => void;
  /** The group takes us no more, whatever we do. */
  readonly refused: (error: Error) => void;
}

const againAfterMs = 250;
/** Beyond what the coordinator itself waits for other members. */
const joinGraceMs = 5_000;
const memberIdRequired = 79;
const unknownMember = 25;
/** Also of an older generation, or while others join: the membership holds, and joining again mends it. */
const rejoinCodes = new Set([22, 27, unknownMember, memberIdRequired]);

/**
 * A member of a classic consumer group, by the requests that @platformatic/kafka 1.35 has for it. Its
 * own Consumer is of no use here: it keeps the coordinator that it found first, and sends no heartbeat
 * any more after one that did not arrive. Partitions are shared as by our kafkajs consumers, so that
 * both can be in one group. It does not wait for transactions when it joins again: they are fenced.
 */
export class GroupMembership {
  readonly #options: MembershipOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> = Promise.resolve();
  #coordinator: BrokerAddress | undefined;
  #memberId = "";
  #generation = -1;
  #joined = false;
  #heardAtMs = 0;

  constructor(options: MembershipOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  silentMs(): number {
    return this.#joined ? performance.now() - this.#heardAtMs : 0;
  }

  async commit(next: readonly { partition: number; offset: number }[]): Promise<void> {
    const { group, topic } = this.#options;
    if (!this.#joined || this.#coordinator === undefined) return;
    const partitions = next.map(({ partition, offset }) => ({
      partitionIndex: partition,
      committedOffset: BigInt(offset),
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }));
    await this.#options.connections.ask(this.#coordinator, offsetCommitV8.api, [
      group,
      this.#generation,
      this.#memberId,
      null,
      [{ name: topic, partitions }],
    ]);
  }

  /** Leaves the group, where it can be told. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const { group, connections } = this.#options;
    if (this.#memberId !== "" && this.#coordinator !== undefined)
      await connections
        .ask(this.#coordinator, leaveGroupV4.api, [group, [{ memberId: this.#memberId }]])
        .catch(() => {});
    connections.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      try {
        if (this.#joined) await this.#beat();
        else await this.#join();
      } catch (error) {
        if (signal.aborted) return;
        const refusal = refusalOf(error);
        if (refusal !== undefined) {
          this.#leave();
          this.#options.refused(refusal);
          return;
        }
        await this.#mend(error);
      }
    }
  }

  /** One heartbeat, after a while. */
  async #beat(): Promise<void> {
    const { group, heartbeatEveryMs, sessionTimeoutMs } = this.#options;
    await wait(heartbeatEveryMs, undefined, this.#stopping);
    await this.#options.connections.ask(
      await this.#coordinatorOf(group),
      heartbeatV4.api,
      [group, this.#generation, this.#memberId],
      sessionTimeoutMs / 2,
    );
    this.#heardAtMs = performance.now();
  }

  async #mend(error: unknown): Promise<void> {
    const { code, memberId } = protocolErrorOf(error) ?? {};
    if (code !== undefined && rejoinCodes.has(code)) {
      if (memberId !== undefined) this.#memberId = memberId;
      else if (code === unknownMember) this.#memberId = "";
      this.#leave();
      return;
    }
    // It moved, it starts, or it does not answer: who coordinates now?
    this.#coordinator = undefined;
    if (code === undefined)
      this.#options.unreachable(error instanceof Error ? error : new Error(String(error)));
    await wait(againAfterMs, undefined, this.#stopping).catch(() => {});
  }

  #leave(): void {
    if (!this.#joined) return;
    this.#joined = false;
    this.#options.expelled();
  }

  async #join(): Promise<void> {
    const { group, topic, sessionTimeoutMs, connections, cluster } = this.#options;
    await cluster.refresh();
    const assigner = announcingAssigner(this.#options.announce)({
      cluster: { findTopicPartitionMetadata: () => partitionsOf(cluster) },
      // biome-ignore lint/suspicious/noExplicitAny: kafkajs's round robin asks nothing more of it.
    } as any);
    const { name, metadata } = assigner.protocol({ topics: [topic] });
    const coordinator = await this.#coordinatorOf(group);
    const joined = await connections.ask(
      coordinator,
      joinGroupV7.api,
      [
        group,
        sessionTimeoutMs,
        sessionTimeoutMs,
        this.#memberId,
        null,
        "consumer",
        [{ name, metadata }],
      ],
      sessionTimeoutMs + joinGraceMs,
    );
    this.#memberId = joined.memberId ?? "";
    this.#generation = joined.generationId;
    const leads = joined.leader === this.#memberId;
    const shared = leads
      ? await assigner.assign({
          members: joined.members.map(({ memberId, metadata: said }) => ({
            memberId,
            memberMetadata: said ?? Buffer.alloc(0),
          })),
          topics: [topic],
        })
      : [];
    const { assignment } = await connections.ask(
      coordinator,
      syncGroupV5.api,
      [
        group,
        this.#generation,
        this.#memberId,
        null,
        joined.protocolType,
        joined.protocolName,
        shared.map(({ memberId, memberAssignment }) => ({
          memberId,
          assignment: memberAssignment,
        })),
      ],
      sessionTimeoutMs + joinGraceMs,
    );
    if (this.#stopping.signal.aborted) return;
    this.#joined = true;
    this.#heardAtMs = performance.now();
    this.#options.assigned(assignedIn(assignment, topic));
  }

  async #coordinatorOf(group: string): Promise<BrokerAddress> {
    this.#coordinator ??= await this.#options.cluster.coordinator(group);
    return this.#coordinator;
  }
}

function partitionsOf(cluster: Cluster): { partitionId: number }[] {
  return [...cluster.topic.leaders.keys()]
    .sort((a, b) => a - b)
    .map((partitionId) => ({ partitionId }));
}

/** A member beyond the number of partitions gets none. */
function assignedIn(assignment: Buffer, topic: string): readonly number[] {
  if (assignment.length === 0) return [];
  return AssignerProtocol.MemberAssignment.decode(assignment)?.assignment[topic] ?? [];
}
