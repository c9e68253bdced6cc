import { setTimeout as wait } from "node:timers/promises";
import { backoffMs, failurePolicy, onceMoreAnew } from "../../partitions/failure-policy.ts";
import type { Assignment, DecidedSlices } from "../../partitions/partition-loop.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { Database } from "../../ports/database.ts";
import type { MessageSender } from "../../ports/log.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import type { OutcomeStep } from "../failpoints.ts";
import { mustBeMended } from "../must-be-mended.ts";
import {
  type OutcomeMessages,
  type OutcomeTopic,
  outcomeMessages,
  outcomeTopics,
} from "./outcome-messages.ts";
import { readOutcomes } from "./read-outcomes.ts";
import { moveOffsets } from "./sql/move-offsets.ts";

export interface OutcomeFlowOptions {
  readonly database: Database;
  readonly topic: string;
  /** Of the loop that publishes; its offsets are moved here. */
  readonly group: string;
  /** How far the reservation has come, by partition. */
  readonly decidedOffsets: () => Promise<ReadonlyMap<number, number>>;
  /** Where each kind is told; a sender's `send` is not called while one of its is under way. */
  readonly senders: Readonly<Record<OutcomeTopic, MessageSender>>;
  readonly log: (line: string) => void;
  readonly reach?: (step: OutcomeStep) => Promise<void> | void;
}

interface Waiting {
  readonly slice: Slice;
  readonly assignment: Assignment;
  readonly resolve: (decided: DecidedSlices) => void;
  readonly reject: (error: unknown) => void;
}

const messagesPerRound = 2_000;
/** The partitions of a fetch are decided one after the other: for so long they are gathered. */
const gatherMs = 20;
const firstLookMs = 20;
const longestLookMs = 200;
const nothing: DecidedSlices = { done: [], fenced: [] };

/**
 * Outcomes, from the database to Kafka: each slice waits until the reservation is past it; those that
 * are ready at the same moment are read, published and marked together, one round at a time. The
 * offset moves after Kafka has acknowledged: each outcome is published at least once.
 */
export class OutcomeFlow {
  readonly #options: OutcomeFlowOptions;
  #waiting: Waiting[] = [];
  #running = false;
  #looking: Promise<ReadonlyMap<number, number>> | undefined;
  #stopping = false;
  published = 0;

  constructor(options: OutcomeFlowOptions) {
    this.#options = options;
  }

  /** What still waits for the reservation is given up; what is being published is finished. */
  stop(): void {
    this.#stopping = true;
  }

  /** @param slice of a partition of which no other is in hand. */
  async publish(slice: Slice, assignment: Assignment): Promise<DecidedSlices> {
    if (!(await this.#decided(slice, assignment))) return nothing;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ slice, assignment, resolve, reject });
      if (!this.#running) void this.#runRounds();
    });
  }

  /** @returns false when it is not ours to wait for any more. */
  async #decided({ partition, next }: Slice, assignment: Assignment): Promise<boolean> {
    let pauseMs = firstLookMs;
    let retries = 0;
    while (!this.#stopping && assignment.isOurs()) {
      try {
        const decided = await this.#look();
        if (retries > 0) assignment.onTrouble(undefined);
        retries = 0;
        if ((decided.get(partition) ?? 0) >= next) return true;
        await wait(pauseMs);
        pauseMs = Math.min(2 * pauseMs, longestLookMs);
      } catch (error) {
        await this.#mayPass(error, [assignment], retries++);
      }
    }
    return false;
  }

  /** One look for all that wait at the same moment. */
  #look(): Promise<ReadonlyMap<number, number>> {
    this.#looking ??= this.#options.decidedOffsets().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #runRounds(): Promise<void> {
    this.#running = true;
    while (this.#waiting.length > 0) {
      if (!this.#isFull()) await wait(gatherMs);
      const round = this.#takeRound();
      await this.#run(round).catch((error: unknown) => {
        for (const { reject } of round) reject(error);
      });
    }
    this.#running = false;
  }

  #isFull(): boolean {
    let messages = 0;
    return this.#waiting.some(({ slice }) => {
      messages += slice.messages.length;
      return messages >= messagesPerRound;
    });
  }

  #takeRound(): readonly Waiting[] {
    let messages = 0;
    const enough = this.#waiting.findIndex(({ slice }) => {
      messages += slice.messages.length;
      return messages >= messagesPerRound;
    });
    return this.#waiting.splice(0, enough === -1 ? this.#waiting.length : enough + 1);
  }

  async #run(waiting: readonly Waiting[]): Promise<void> {
    for (let retries = 0; ; retries++) {
      const round = waiting.filter(({ assignment }) => assignment.isOurs());
      for (const { resolve } of waiting.filter((each) => !round.includes(each))) resolve(nothing);
      if (round.length === 0) return;
      const assignments = round.map(({ assignment }) => assignment);
      try {
        const stored = await this.#publish(round.map(({ slice }) => slice));
        if (retries > 0) for (const { onTrouble } of assignments) onTrouble(undefined);
        for (const { slice, resolve } of round) resolve(decidedOf(slice, stored));
        return;
      } catch (error) {
        await this.#mayPass(error, assignments, retries);
      }
    }
  }

  /** @returns where the partitions stand now. */
  async #publish(slices: readonly Slice[]): Promise<ReadonlyMap<number, number>> {
    const { database, topic, group, reach, log } = this.#options;
    const { told, gone } = await readOutcomes(database, topic, slices);
    if (gone > 0)
      log(`${gone} decided orders are in no table any more: nobody is told of their outcome`);
    await reach?.("outcomes-read");
    await this.#send(outcomeMessages(told));
    this.published += told.length;
    await reach?.("outcomes-published");
    const moved = await moveOffsets(database, group, topic, slices);
    await reach?.("outcomes-stored");
    if (moved.size === slices.length)
      return new Map(slices.map(({ partition, next }) => [partition, next]));
    return peekOffsets(database, group, topic);
  }

  /** Nothing of it is under way any more when it ends, well or not. */
  async #send(messages: OutcomeMessages): Promise<void> {
    const sent = await Promise.allSettled(
      outcomeTopics.map(async (topic) => {
        const sender = this.#options.senders[topic];
        if (messages[topic].length === 0) return;
        if (!sender.connected) await sender.connect();
        await sender.send(messages[topic]);
      }),
    );
    const failed = sent.find((each) => each.status === "rejected");
    if (failed !== undefined) throw new NotPublished(failed.reason);
  }

  /** Waits before the next try. @throws Failure("environment") for what a person must mend. */
  async #mayPass(
    error: unknown,
    assignments: readonly Assignment[],
    retries: number,
  ): Promise<void> {
    const cause = error instanceof Error ? error : new Error(String(error));
    const passes =
      cause instanceof NotPublished ||
      failurePolicy(cause) === "retry" ||
      (retries === 0 && onceMoreAnew(cause));
    if (!passes) throw mustBeMended(cause);
    for (const { onTrouble } of assignments) onTrouble(cause);
    await wait(backoffMs(retries));
  }
}

/** Kafka does not take them: they wait, and whoever looks is told why. */
class NotPublished extends Error {
  constructor(cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`outcomes wait to be published: ${why}`, { cause });
  }
}

/** @param stored Another value than ours means that another owner has moved it, or the database fell back. */
function decidedOf({ partition, next }: Slice, stored: ReadonlyMap<number, number>): DecidedSlices {
  const at = stored.get(partition);
  if (at === next) return { done: [{ partition, next }], fenced: [] };
  return { done: [], fenced: [{ partition, stored: at }] };
}
