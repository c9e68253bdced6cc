import type { Database } from "../../ports/database.ts";
import type { RelayCounts } from "./relay-counts.ts";
import { holdSlots, leaveSlots } from "./sql/hold-slots.ts";
import { markSent } from "./sql/mark-events.ts";
import { type OpenEvent, selectOldestOpen } from "./sql/open-events.ts";

/**
 * Which of these events stand at the end of the log, by their event ids, as far as it looks: with all
 * that goes out with them.
 * @throws what keeps it from looking, within a bounded time.
 */
export type FindInLog = (events: readonly OpenEvent[]) => Promise<ReadonlySet<string>>;

export interface PartsOptions {
  readonly relayId: string;
  readonly database: Database;
  readonly findInLog: FindInLog;
  readonly counts: RelayCounts;
  readonly log: (line: string) => void;
  /** Before they are worked. */
  readonly onTaken: (parts: readonly number[]) => Promise<void>;
  /** Other parts than before may be worked. */
  readonly onChange: () => void;
}

/** A relay that is killed is replaced after so long. */
const holdMs = 5_000;
/** More than a relay has in flight. */
const lookedForMax = 10_000;

/**
 * The parts of the outbox that are this relay's. One that it takes over is worked after a look at the
 * end of the log: what stands there and is not marked, a relay sent that died before its mark, and it
 * is marked instead of sent again. Kafka shows readers only what all in-sync replicas have, so that to
 * find an event there is worth an acknowledgement. Nothing but copies depends on the look: where it
 * fails, or does not reach back far enough, the event is sent once more.
 */
export class Parts {
  readonly #options: PartsOptions;
  #held: readonly number[] = [];
  #heldUntilMs = 0;
  /** Those of them that were looked for in the log. */
  #ready: ReadonlySet<number> = new Set();
  #looking = false;
  #left = false;

  constructor(options: PartsOptions) {
    this.#options = options;
  }

  /** Those to be worked now; none where the time is up for which they were given. */
  get current(): readonly number[] {
    // Asleep for longer than it may be, they are others' by now.
    if (performance.now() > this.#heldUntilMs) return [];
    return this.#held.filter((part) => this.#ready.has(part));
  }

  async hold(): Promise<void> {
    const { database, relayId, log } = this.#options;
    const askedAtMs = performance.now();
    const before = this.#held.length;
    this.#held = await holdSlots(database, relayId, holdMs);
    // Lost meanwhile, and perhaps taken over again: others may have died with them.
    if (askedAtMs > this.#heldUntilMs) this.#ready = new Set();
    this.#heldUntilMs = askedAtMs + holdMs;
    const held = new Set(this.#held);
    this.#ready = new Set([...this.#ready].filter((part) => held.has(part)));
    if (this.#held.length !== before) {
      log(`holds ${this.#held.length} of the 64 parts of the outbox`);
      this.#options.onChange();
    }
    const taken = this.#held.filter((part) => !this.#ready.has(part));
    if (taken.length > 0 && !this.#looking) void this.#takeOver(taken);
  }

  /** For others: they need not wait until the time is up. */
  async leave(): Promise<void> {
    this.#left = true;
    await leaveSlots(this.#options.database, this.#options.relayId).catch(() => {});
  }

  async #takeOver(taken: readonly number[]): Promise<void> {
    const { database, findInLog, counts, log, onTaken, onChange } = this.#options;
    this.#looking = true;
    try {
      const open = await selectOldestOpen(database, taken, lookedForMax);
      const sent = open.length === 0 ? new Set<string>() : await findInLog(open);
      const ids = open.filter(({ event_id }) => sent.has(event_id)).map(({ id }) => id);
      const marked = ids.length === 0 ? 0 : await markSent(database, ids);
      counts.found += marked;
      if (marked > 0) log(`${marked} events that a relay before sent and did not mark are marked`);
    } catch (error) {
      if (!this.#left)
        log(
          `the end of the log could not be looked at (${String(error)}): what a relay before sent and did not mark is sent again`,
        );
    }
    // That PostgreSQL is away is told by those who need it more.
    await onTaken(taken).catch(() => {});
    this.#ready = new Set([...this.#ready, ...taken]);
    this.#looking = false;
    onChange();
  }
}
