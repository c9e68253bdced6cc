import { setTimeout as wait } from "node:timers/promises";
import type { Database } from "../../ports/database.ts";
import { outcomesOf, type SendOutcome } from "../../ports/produce-outcome.ts";
import { Backlog } from "./backlog.ts";
import type { EventPublisher } from "./event-publisher.ts";
import { Marker } from "./marker.ts";
import { OldEvents } from "./old-events.ts";
import { type FindInLog, Parts } from "./parts.ts";
import type { RelayCounts } from "./relay-counts.ts";
import { retryInMs } from "./retry-policy.ts";
import type { Refused } from "./sql/mark-events.ts";
import { type OpenEvent, selectOpenEvents } from "./sql/open-events.ts";
import { WhereToLook } from "./where-to-look.ts";

export interface RelayOptions {
  /** UUID of this process. */
  readonly relayId: string;
  readonly database: Database;
  readonly sender: EventPublisher;
  readonly findInLog: FindInLog;
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
  "events-read",
  "events-acknowledged",
  "events-marked",
  "parts-held",
  "old-events-deleted",
] as const;
export type RelayStep = (typeof relaySteps)[number];

const holdEveryMs = 1_000;
/** What a lost wake-up costs. */
const pollEveryMs = 250;
const firstPauseMs = 100;
const longestPauseMs = 2_000;
const deleteEveryMs = 1_000;

/**
 * Publishes the outbox. Order is kept per order id with any number of relays, and whatever crashes, by
 * two rules that need no lock: an event is taken only when every earlier one of its order is marked
 * SENT, and it is marked only after all in-sync replicas have acknowledged it. So nobody sends the
 * second event before Kafka has the first, and the first copies of an order's events stand in the log
 * in their sequence. (SKIP LOCKED alone does not do this: while one relay holds the first event,
 * another takes the second.) That each part of the outbox is worked by one relay at a time only saves
 * copies: two that both think it theirs, since one of them slept, send twice, never out of order.
 *
 * Three batches are in hand at once: one is read while another is at Kafka and a third is being
 * marked. That changes nothing about the rules: what is read is decided by the marks in the database
 * alone, so that no batch has an event whose predecessor is in another one, and a request that fails
 * leaves the next one right. What is in hand already is left out of what is read: those ids that were
 * in hand when the reading began, for a mark that comes meanwhile is not in its snapshot.
 */
export class Relay {
  readonly counts: RelayCounts = { published: 0, found: 0, duplicates: 0, refused: 0, parked: 0 };
  readonly #options: RelayOptions;
  readonly #stop = new AbortController();
  readonly #parts: Parts;
  readonly #marker: Marker;
  readonly #backlog: Backlog;
  readonly #whereToLook = new WhereToLook();
  /** Ids that were read and are not marked yet. */
  readonly #inHand = new Set<number>();
  /** The request at Kafka; resolves to what failed. */
  #sent: Promise<unknown> = Promise.resolve();
  #pauseMs = firstPauseMs;
  #trouble: string | undefined = "not connected yet";
  #wake: () => void = () => {};
  #woken = false;
  #running: Promise<unknown> | undefined;

  constructor(options: RelayOptions) {
    this.#options = options;
    const { relayId, database, findInLog, log, reach } = options;
    this.#backlog = new Backlog(database, log);
    this.#parts = new Parts({
      ...{ relayId, database, findInLog, log, counts: this.counts },
      onTaken: (parts) => this.#backlog.notice(parts),
      onChange: () => {
        this.#whereToLook.lookAtAll();
        this.wake();
      },
    });
    this.#marker = new Marker({
      ...{ database, log, counts: this.counts, stopping: () => this.#stopping },
      onMarked: async (ids) => {
        await reach?.("events-marked");
        this.#letGo(ids);
      },
    });
  }

  start(): void {
    this.#running = Promise.all([this.#keepParts(), this.#publishAll(), this.#deleteOld()]);
  }

  /** There may be events. */
  wake(): void {
    this.#woken = true;
    this.#wake();
  }

  notReadyBecause(): string | undefined {
    const reasons = [this.#trouble, this.#backlog.notReadyBecause()];
    return reasons.filter((reason) => reason !== undefined).join("; ") || undefined;
  }

  /** Finishes what is in hand and leaves its parts to others. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#wake();
    await this.#running;
    await this.#parts.leave();
  }

  get #stopping(): boolean {
    return this.#stop.signal.aborted;
  }

  async #keepParts(): Promise<void> {
    const { log, reach } = this.#options;
    while (!this.#stopping) {
      await this.#parts.hold().catch((error: unknown) => log(`PostgreSQL: ${textOf(error)}`));
      await this.#backlog.lookAgain(this.#parts.current).catch(() => {});
      await reach?.("parts-held");
      await this.#pause(holdEveryMs);
    }
  }

  async #deleteOld(): Promise<void> {
    const { database, keepSentMs, reach } = this.#options;
    const old = new OldEvents(database, keepSentMs);
    while (!this.#stopping) {
      // That PostgreSQL is away is told by those who need it more.
      const more = await old.deleteSome(this.#parts.current).catch(() => false);
      await reach?.("old-events-deleted");
      if (!more) await this.#pause(deleteEveryMs);
    }
  }

  async #publishAll(): Promise<void> {
    const { sender, log } = this.#options;
    while (!this.#stopping) {
      try {
        if (!sender.connected) await sender.connect();
        await this.#publishNext();
      } catch (error) {
        this.#trouble = textOf(error);
        log(`${this.#trouble}; next try in ${this.#pauseMs} ms`);
        this.#whereToLook.lookAtAll();
        await this.#pause(this.#pauseMs * (0.5 + Math.random() / 2));
        this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
      }
    }
    await this.#sent;
    await this.#marker.drained();
  }

  /** Reads a batch beside the request before it, and sends it after that one. */
  async #publishNext(): Promise<void> {
    this.#woken = false;
    const events = await this.#read();
    const ids = events.map(({ id }) => id);
    const failure = await this.#sent;
    this.#sent = Promise.resolve();
    // What was asked of Kafka has failed, or this took so long that its parts are others' by now.
    if (failure !== undefined || this.#stopping || this.#parts.current.length === 0) {
      this.#letGo(ids);
      this.#whereToLook.lookAtAll();
      if (failure !== undefined) throw failure;
    } else if (events.length > 0) this.#sent = this.#send(events);
    else if (this.#parts.current.length > 0) this.#allIsWell();
    if (events.length === 0) await this.#untilWoken();
  }

  async #read(): Promise<readonly OpenEvent[]> {
    const { database, batchEvents, reach } = this.#options;
    const parts = this.#parts.current;
    // One batch at Kafka and one being marked: more would only lie about.
    if (parts.length === 0 || this.#inHand.size > 2 * batchEvents) return [];
    const look = this.#whereToLook.next(performance.now());
    const inHand = [...this.#inHand].filter((id) => id > look.afterId);
    const events = await selectOpenEvents(database, parts, look.afterId, batchEvents, inHand);
    const full = events.length === batchEvents;
    this.#whereToLook.looked(look, performance.now(), events.at(-1)?.id, full);
    for (const { id } of events) this.#inHand.add(id);
    if (events.length > 0) await reach?.("events-read");
    return events;
  }

  /** @returns what failed. */
  async #send(events: readonly OpenEvent[]): Promise<unknown> {
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
    await reach?.("events-acknowledged");
    const acked = events.filter((_, index) => outcomes[index] === "acked");
    const refused = events.flatMap((event, index) => refusalOf(event, outcomes[index]));
    this.#marker.add(
      acked.map(({ id }) => id),
      refused,
    );
    // What is neither acknowledged nor refused for what it is stays as it was, and is sent again.
    const open = events.filter((_, index) => isOpen(outcomes[index]));
    this.#letGo(open.map(({ id }) => id));
    if (open.length > 0) return failure;
    this.#allIsWell();
    return undefined;
  }

  #letGo(ids: readonly number[]): void {
    if (ids.length === 0) return;
    for (const id of ids) this.#inHand.delete(id);
    this.wake();
  }

  #allIsWell(): void {
    this.#trouble = undefined;
    this.#pauseMs = firstPauseMs;
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

function isOpen(outcome: SendOutcome | undefined): boolean {
  return outcome !== "acked" && !isItsFault(outcome);
}

function refusalOf(event: OpenEvent, outcome: SendOutcome | undefined): readonly Refused[] {
  if (typeof outcome !== "object" || !outcome.perMessage) return [];
  const reason = `Kafka refused it: ${outcome.code}, ${outcome.meaning}`;
  return [{ id: event.id, reason, retryInMs: retryInMs(event.retry_count + 1, Math.random()) }];
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
