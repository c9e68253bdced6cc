import type { PartitionRange } from "../../ports/log.ts";
import type { AuditSources } from "../ports.ts";
import type { AuditedSchema } from "../read-schema.ts";
import type { SentOrder } from "../sent-order.ts";
import type { UndecidedOrders } from "../undecided-orders.ts";
import type { LostOrders } from "./lost-by.ts";
import { type Examined, lostOrders, openPartitions } from "./lost-orders.ts";
import { type Mark, markDecided } from "./mark-decided.ts";
import { type Probe, type Probed, probeGroup } from "./probe-group.ts";
import type { Look, Settling } from "./settling.ts";

interface SearchOptions {
  readonly since?: readonly PartitionRange[] | undefined;
  readonly probe?: Probe | undefined;
  /** By performance.now(). */
  readonly deadlineMs: number;
  readonly signal?: AbortSignal;
}

/** After so long without a decision the log is searched: before, most of what is missing is on its way. */
const calmMs = 1_000;

/**
 * Looks for the orders without an outcome one by one, where the group's offsets do not say what
 * became of them: a mark is taken of what is decided, and what stays undecided behind it for long
 * enough is lost. Where the group is idle, orders are sent to make it pass what it will not decide.
 */
export class Searching {
  readonly #sources: AuditSources;
  readonly #schema: AuditedSchema;
  readonly #settling: Settling;
  readonly #options: SearchOptions;
  readonly #probes: SentOrder[] = [];
  readonly #passed = new Map<number, number>();
  #mark: Mark | undefined;
  /** The silence that the last mark or probe belongs to. */
  #searchedAtMs = Number.NEGATIVE_INFINITY;
  #probedQuietMs: number | undefined;
  #known: LostOrders = { all: undefined, some: new Map() };

  constructor(
    sources: AuditSources,
    schema: AuditedSchema,
    settling: Settling,
    options: SearchOptions,
  ) {
    this.#sources = sources;
    this.#schema = schema;
    this.#settling = settling;
    this.#options = options;
  }

  get probes(): readonly SentOrder[] {
    return this.#probes;
  }

  /** What is known by now, whether or not it is of all. */
  get known(): LostOrders {
    return this.#known;
  }

  /** The log that must be decided, the probes included. */
  ends(ranges: readonly PartitionRange[]): readonly PartitionRange[] {
    return ranges.map((range) => ({
      ...range,
      high: Math.max(range.high, this.#passed.get(range.partition) ?? 0),
    }));
  }

  /** @returns what is lost, when no more can be known; undefined: the wait goes on. */
  async look(
    undecided: UndecidedOrders,
    { offsets, members }: Pick<Look, "offsets"> & { readonly members: number },
  ): Promise<LostOrders | undefined> {
    const settling = this.#settling;
    const nowMs = performance.now();
    // Stored offsets say it themselves: what they have not passed will be decided.
    if (offsets === "stored" || undecided.first.length === 0) return undefined;
    if (settling.quietMs(nowMs) < Math.min(calmMs, settling.neededMs)) return undefined;
    const stale = (this.#mark?.takenAtMs ?? Number.NEGATIVE_INFINITY) < settling.quietSinceMs;
    if (stale && this.#searchedAtMs < settling.quietSinceMs) {
      await this.#search(undecided);
      return undefined;
    }
    const mark = this.#mark;
    if (stale || mark === undefined) {
      if (settling.idleMs(nowMs) < settling.neededMs) return undefined;
    } else if (nowMs - mark.takenAtMs < settling.neededMs) return undefined;
    const examined = this.#examine(undecided, mark);
    const decided = mark?.decided;
    this.#known = lostOrders(examined, { decided }, 0);
    if (this.#known.all !== undefined) return this.#known;
    if (settling.idleMs(nowMs) < settling.neededMs) {
      // Others keep the group busy: what it decides of theirs passes ours.
      await this.#search(undecided);
      return undefined;
    }
    if (this.#options.probe === undefined || members === 0) {
      return this.#known.some.size > 0 ? this.#known : undefined;
    }
    if (this.#probedQuietMs === settling.quietSinceMs) return undefined;
    this.#probedQuietMs = settling.quietSinceMs;
    const idleMs = settling.idleMs(nowMs);
    const probed = await this.#probe(openPartitions(examined, this.#known));
    for (const orderId of probed.undecided) undecided.add(orderId);
    settling.decidedAfter(probed.decisionMsMax);
    if (idleMs < settling.neededMs) {
      // A system as slow as that may still be at work on them: what it decided of ours counts later.
      await this.#search(undecided);
      return undefined;
    }
    this.#known = lostOrders(examined, { decided, probed: probed.passed }, probed.decided);
    return this.#known.some.size > 0 ? this.#known : undefined;
  }

  async #search(undecided: UndecidedOrders): Promise<void> {
    this.#searchedAtMs = performance.now();
    const { since, signal } = this.#options;
    if (since === undefined) return;
    this.#mark = await markDecided(this.#sources, this.#schema, {
      ...{ undecided: undecided.first, since, signal },
    });
  }

  async #probe(partitions: readonly number[]): Promise<Probed> {
    const { probe, deadlineMs, signal } = this.#options;
    if (probe === undefined) throw new Error("no probe may be sent");
    const probed = await probeGroup(this.#sources, this.#schema, {
      ...{ probe, partitions, withinMs: this.#settling.neededMs, deadlineMs, signal },
    });
    for (const order of probed.sent) this.#probes.push(order);
    for (const [partition, next] of probed.passed) this.#passed.set(partition, next);
    return probed;
  }

  #examine(undecided: UndecidedOrders, mark: Mark | undefined): Examined {
    return {
      undecided: undecided.first,
      complete: undecided.first.length === undecided.length,
      positions: mark?.positions ?? new Map(),
    };
  }
}
