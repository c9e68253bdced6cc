import { setTimeout as wait } from "node:timers/promises";
import type { Database } from "../../ports/database.ts";
import { outcomesOf, type SendOutcome } from "../../ports/produce-outcome.ts";
import type { EventPublisher } from "./event-publisher.ts";
import { firstOfEachOrder } from "./first-of-each-order.ts";
import { retryInMs } from "./retry-policy.ts";
import { holdSlots, leaveSlots } from "./sql/hold-slots.ts";
import {
  deleteSent,
  markRefused,
  markSent,
  type OpenEvent,
  type Refused,
  selectOpenEvents,
} from "./sql/open-events.ts";

export interface RelayOptions {
  /** UUID of this process. */
  readonly relayId: string;
  readonly database: Database;
  readonly sender: EventPublisher;
  /** Most events in one request. */
  readonly batchEvents: number;
  /** How long rows that were sent are kept. */
  readonly keepSentMs: number;
  readonly log: (line: string) => void;
  /** Named steps between which tests end the process. */
  readonly reach?: (step: RelayStep) => Promise<void> | void;
}

/** Of a batch in the order in which they come; and beside them, every second. */
export const relaySteps = [
  "events read",
  "events acknowledged",
  "events marked",
  "parts held",
] as const;
export type RelayStep = (typeof relaySteps)[number];

export interface RelayCounts {
  /** Acknowledged by Kafka and marked. */
  published: number;
  /** Acknowledged, but somebody else had marked them: a second copy is in the log. */
  duplicates: number;
  refused: number;
  parked: number;
}

const holdEveryMs = 1_000;
/** A relay that is killed is replaced after so long. */
const holdMs = 5_000;
/** What a lost wake-up costs. */
const pollEveryMs = 250;
/** Ids are given before the commit: what commits late is found by looking from the beginning again. */
const sweepEveryMs = 250;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
const cleanEveryMs = 1_000;
const cleanRows = 5_000;

/**
 * Publishes the outbox. Order is kept per order id with any number of relays, and whatever crashes, by
 * two rules that need no lock: an event is taken only when every earlier one of its order is marked
 * SENT, and it is marked only after all in-sync replicas have acknowledged it. So nobody sends the
 * second event before Kafka has the first, and the first copies of an order's events stand in the log
 * in their sequence. (SKIP LOCKED alone does not do this: while one relay holds the first event,
 * another takes the second.) That each part of the outbox is worked by one relay at a time only saves
 * copies: two that both think it theirs, since one of them slept, send twice, never out of order.
 */
export class Relay {
  readonly counts: RelayCounts = { published: 0, duplicates: 0, refused: 0, parked: 0 };
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  #slots: readonly number[] = [];
  #heldUntilMs = 0;
  #floor = 0;
  #sweptAtMs = Number.NEGATIVE_INFINITY;
  #cleanedAtMs = Number.NEGATIVE_INFINITY;
  #trouble: string | undefined = "not connected yet";
  #wake: () => void = () => {};
  #woken = false;
  #running: Promise<unknown> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = Promise.all([this.#keepSlots(), this.#publishAll()]);
  }

  /** There may be events. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  notReadyBecause(): string | undefined {
    return this.#trouble;
  }

  /** Finishes the batch in hand and leaves its parts to others. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    await leaveSlots(this.#options.database, this.#options.relayId).catch(() => {});
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #keepSlots(): Promise<void> {
    const { database, relayId, log, reach } = this.#options;
    while (!this.#stopping) {
      await reach?.("parts held");
      const askedAtMs = performance.now();
      try {
        const before = this.#slots.length;
        this.#slots = await holdSlots(database, relayId, holdMs);
        this.#heldUntilMs = askedAtMs + holdMs;
        if (this.#slots.length !== before) {
          log(`holds ${this.#slots.length} of the 64 parts of the outbox`);
          this.#floor = 0;
          this.wake();
        }
      } catch (error) {
        log(`PostgreSQL: ${textOf(error)}`);
      }
      await this.#pause(holdEveryMs);
    }
  }

  async #publishAll(): Promise<void> {
    const { sender, log } = this.#options;
    let pauseMs = firstPauseMs;
    while (!this.#stopping) {
      try {
        if (!sender.connected) await sender.connect();
        const done = await this.#publishNext();
        this.#trouble = undefined;
        pauseMs = firstPauseMs;
        if (!done) await this.#untilWoken();
      } catch (error) {
        this.#trouble = textOf(error);
        log(`${this.#trouble}; next try in ${pauseMs} ms`);
        await this.#pause(pauseMs * (0.5 + Math.random() / 2));
        pauseMs = Math.min(2 * pauseMs, longestPauseMs);
      }
    }
  }

  /** @returns false when there was nothing to do. */
  async #publishNext(): Promise<boolean> {
    const { database, batchEvents, reach } = this.#options;
    this.#woken = false;
    // Asleep for longer than it may be, its parts are others' by now.
    if (this.#slots.length === 0 || performance.now() > this.#heldUntilMs) return false;
    await this.#clean();
    const nowMs = performance.now();
    const sweeps = nowMs - this.#sweptAtMs > sweepEveryMs;
    if (sweeps) {
      this.#floor = 0;
      this.#sweptAtMs = nowMs;
    }
    const open = await selectOpenEvents(database, this.#slots, this.#floor, batchEvents);
    const last = open.at(-1);
    if (last === undefined) {
      const all = this.#floor === 0;
      this.#floor = 0;
      return !all;
    }
    const batch = firstOfEachOrder(open);
    await reach?.("events read");
    await this.#publish(batch);
    // Of what was left out the next is due now.
    this.#floor = batch.length === open.length && open.length === batchEvents ? last.id : 0;
    return true;
  }

  async #publish(events: readonly OpenEvent[]): Promise<void> {
    const { sender, reach } = this.#options;
    let outcomes: readonly SendOutcome[];
    let failure: unknown;
    try {
      await sender.send(events);
      outcomes = events.map(() => "acked");
    } catch (error) {
      failure = error;
      outcomes = outcomesOf(error, events.length);
    }
    await reach?.("events acknowledged");
    await this.#mark(events, outcomes);
    await reach?.("events marked");
    // What is neither acknowledged nor refused for what it is stays as it was, and is sent again.
    if (outcomes.some((outcome) => outcome !== "acked" && !isItsFault(outcome))) throw failure;
  }

  /** Kafka has it: that is written down before anything else is sent, however long that takes. */
  async #mark(events: readonly OpenEvent[], outcomes: readonly SendOutcome[]): Promise<void> {
    const { database, log } = this.#options;
    const acked = events.filter((_, index) => outcomes[index] === "acked");
    const refused = events.flatMap((event, index) => refusalOf(event, outcomes[index]));
    for (;;) {
      try {
        if (acked.length > 0) {
          const marked = await markSent(
            database,
            acked.map(({ id }) => id),
          );
          this.counts.published += marked;
          this.counts.duplicates += acked.length - marked;
        }
        if (refused.length > 0) await markRefused(database, refused);
        break;
      } catch (error) {
        if (this.#stopping) throw error;
        this.#trouble = textOf(error);
        log(`PostgreSQL: ${this.#trouble}; ${acked.length} published events are not marked yet`);
        await this.#pause(firstPauseMs);
      }
    }
    for (const { id, reason, retryInMs: again } of refused) {
      this.counts.refused += 1;
      if (again !== undefined) continue;
      this.counts.parked += 1;
      log(`event ${id} is parked, and its order's later ones wait: ${reason}`);
    }
  }

  async #clean(): Promise<void> {
    const { database, keepSentMs } = this.#options;
    const nowMs = performance.now();
    if (nowMs - this.#cleanedAtMs < cleanEveryMs) return;
    const gone = await deleteSent(database, this.#slots, keepSentMs, cleanRows);
    // As much as goes in a step may have been left: the next step follows the next batch.
    if (gone < cleanRows) this.#cleanedAtMs = nowMs;
  }

  async #untilWoken(): Promise<void> {
    if (this.#woken || this.#stopping) return;
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    await wait(pollEveryMs, undefined, { signal: woken.signal }).catch(() => {});
    this.#wake = () => {};
  }

  async #pause(ms: number): Promise<void> {
    await wait(ms, undefined, { signal: this.#stop.signal }).catch(() => {});
  }
}

/** The same message will be refused again, others will not: not a matter of the topic or the rights. */
function isItsFault(outcome: SendOutcome | undefined): boolean {
  return typeof outcome === "object" && outcome.perMessage;
}

function refusalOf(event: OpenEvent, outcome: SendOutcome | undefined): readonly Refused[] {
  if (typeof outcome !== "object" || !outcome.perMessage) return [];
  const reason = `Kafka refused it: ${outcome.code}, ${outcome.meaning}`;
  return [{ id: event.id, reason, retryInMs: retryInMs(event.retry_count + 1, Math.random()) }];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
