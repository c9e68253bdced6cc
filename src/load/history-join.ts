import { type HistoryChange, type HistoryEntry, type HistoryRun, noOutcome } from "./history.ts";
import { BadLine, type Json, jsonIn } from "./history-fields.ts";
import { parseEntry } from "./history-format-1.ts";
import {
  type Intent,
  type Outcome,
  parseChange,
  parseHeader,
  parseIntent,
  parseOutcome,
} from "./history-parse.ts";

/** An order whose intent was read; `outcome` once it was accepted and a change of it asked for. */
interface OpenOrder {
  readonly intent: Intent;
  outcome?: Outcome;
}

const neverRecorded: Outcome = {
  state: "unknown",
  kind: noOutcome,
  orderId: undefined,
  sentUs: undefined,
  answeredUs: undefined,
  change: undefined,
};

/**
 * Joins the lines of a history, given in their order, to orders, each as soon as nothing more can be
 * written about it. Holds what was in flight at that point of the load, and no more.
 */
export class HistoryJoin {
  readonly #open = new Map<number, OpenOrder>();
  #run: HistoryRun | undefined;
  #closed = false;

  /** What the header says; undefined before it, and in a history of format 1. */
  get run(): HistoryRun | undefined {
    return this.#run;
  }

  /** Whether the load that wrote it came to its end. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * @param line without its line feed.
   * @returns the order that is whole now.
   * @throws BadLine
   */
  add(line: string): HistoryEntry | undefined {
    const body = jsonIn(line);
    const { n } = body;
    if (typeof n === "number") return this.#about(n, body);
    if ("orders_history" in body) this.#begin(body);
    else if (body.closed === true) this.#closed = true;
    else if (this.#run === undefined) return parseEntry(body);
    else throw new BadLine("it is about no order");
    return undefined;
  }

  /** Those of which no outcome was recorded, in the order of their intents. */
  rest(): readonly HistoryEntry[] {
    const rest = [...this.#open.values()].map((order) => {
      if (order.outcome?.change === undefined) return this.#entry(order.intent, neverRecorded);
      const { change: name } = order.outcome;
      const change = { name, state: "unknown", kind: noOutcome, answeredAtMs: undefined } as const;
      return this.#entry(order.intent, order.outcome, change);
    });
    this.#open.clear();
    return rest;
  }

  #begin(body: Json): void {
    if (this.#run !== undefined) throw new BadLine("it is a second header");
    this.#run = parseHeader(body);
  }

  #about(n: number, body: Json): HistoryEntry | undefined {
    if ("lines" in body) {
      if (this.#run === undefined) throw new BadLine("there is no header before it");
      if (this.#open.has(n)) throw new BadLine(`it is a second intent of order ${n}`);
      this.#open.set(n, { intent: parseIntent(body) });
      return undefined;
    }
    const order = this.#open.get(n);
    if (order === undefined) throw new BadLine(`no order ${n} is open`);
    if ("change_state" in body) return this.#changed(n, order, body);
    const outcome = parseOutcome(body);
    if (outcome.change === undefined) {
      this.#open.delete(n);
      return this.#entry(order.intent, outcome);
    }
    order.outcome = outcome;
    return undefined;
  }

  #changed(n: number, { intent, outcome }: OpenOrder, body: Json): HistoryEntry {
    if (outcome === undefined) throw new BadLine(`no change of order ${n} was asked for`);
    this.#open.delete(n);
    const { answeredUs, ...change } = parseChange(body);
    return this.#entry(intent, outcome, { ...change, answeredAtMs: this.#atMs(answeredUs) });
  }

  #entry(intent: Intent, outcome: Outcome, change?: HistoryChange): HistoryEntry {
    const { sentUs, answeredUs } = outcome;
    return {
      orderId: outcome.orderId ?? intent.orderId,
      customerId: intent.customerId,
      key: intent.key,
      lines: intent.lines,
      state: outcome.state,
      kind: outcome.kind,
      intendedAtMs: this.#atMs(intent.dueUs),
      sentAtMs: sentUs === undefined ? undefined : this.#atMs(sentUs),
      answeredAtMs: answeredUs === undefined ? undefined : this.#atMs(answeredUs),
      change,
      warmUp: intent.warmUp ? true : undefined,
    };
  }

  #atMs(us: number): number {
    return (this.#run?.startedAtMs ?? 0) + us / 1_000;
  }
}
