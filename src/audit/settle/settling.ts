import type { LostBy } from "./lost-by.ts";

/** One look at a system that orders are waited for. */
export interface Look {
  /** On a clock that never goes back. */
  readonly atMs: number;
  /** Orders waited for that have no outcome; undefined: not asked this time. */
  readonly undecided: number | undefined;
  /** Where the group keeps its offsets: in the database with the effects, in Kafka, or nowhere. */
  readonly offsets: "stored" | "committed" | "none";
  /** Messages that the offsets have not passed. */
  readonly lag: number;
  /** Sum of the next offsets: another one when any has moved. */
  readonly moved: number;
}

export type Stand =
  /** Every order has an outcome, and nothing is left to decide. */
  | { readonly kind: "decided" }
  /** Every order without an outcome is lost. */
  | { readonly kind: "lost"; readonly by: LostBy }
  | { readonly kind: "waiting" };

/**
 * Pure: what may be said of orders that are waited for, after each look. Silence says something only
 * when it was longer than the system's slowest decision.
 */
export class Settling {
  readonly #settleMs: number;
  readonly #acceptedAtMs: number;
  #slowestMs: number;
  #undecided: number | undefined;
  #moved: number | undefined;
  #quietSinceMs: number;
  #idleSinceMs: number;

  /**
   * @param acceptedAtMs when the last order was accepted: a decision seen took at least from then on.
   * @param slowestMs the slowest decision that was seen before.
   */
  constructor({
    settleMs,
    acceptedAtMs,
    slowestMs = 0,
  }: {
    readonly settleMs: number;
    readonly acceptedAtMs: number;
    readonly slowestMs?: number;
  }) {
    this.#settleMs = settleMs;
    this.#acceptedAtMs = acceptedAtMs;
    this.#slowestMs = slowestMs;
    this.#quietSinceMs = acceptedAtMs;
    this.#idleSinceMs = acceptedAtMs;
  }

  see({ atMs, undecided, offsets, lag, moved }: Look): Stand {
    if (undecided !== undefined) this.#count(undecided, atMs);
    if (moved !== this.#moved) this.#idleSinceMs = atMs;
    this.#moved = moved;
    const open = undecided ?? this.#undecided;
    if (open === 0) {
      // Offsets in Kafka that stand still while all is decided say nothing of what is decided.
      const silent = offsets !== "stored" && this.idleMs(atMs) >= this.#settleMs;
      return { kind: lag === 0 || silent ? "decided" : "waiting" };
    }
    if (lag > 0 || offsets === "none" || undecided === undefined) return { kind: "waiting" };
    if (offsets === "stored") return { kind: "lost", by: "stored-offset" };
    // A consumer that commits first may yet write them.
    const silent = Math.min(this.quietMs(atMs), this.idleMs(atMs)) >= this.neededMs;
    return silent ? { kind: "lost", by: "committed-offset" } : { kind: "waiting" };
  }

  #count(undecided: number, atMs: number): void {
    const before = this.#undecided;
    this.#undecided = undecided;
    // The first look does not say when what it finds was decided; more are waited for, now and then.
    if (before === undefined || undecided >= before) return;
    this.decidedAfter(atMs - this.#acceptedAtMs);
    this.#quietSinceMs = atMs;
    this.#idleSinceMs = atMs;
  }

  /** A decision of this system took so long. */
  decidedAfter(ms: number): void {
    this.#slowestMs = Math.max(this.#slowestMs, ms);
  }

  /** How long a silence must last to say something. */
  get neededMs(): number {
    return Math.max(this.#settleMs, this.#slowestMs + 1);
  }

  get slowestMs(): number {
    return this.#slowestMs;
  }

  /** Since when none of the orders waited for was decided. */
  get quietSinceMs(): number {
    return this.#quietSinceMs;
  }

  quietMs(atMs: number): number {
    return atMs - this.#quietSinceMs;
  }

  /** As quiet, and no offset of the group has moved either. */
  idleMs(atMs: number): number {
    return atMs - this.#idleSinceMs;
  }
}
