import type { HistoryChange, HistoryEntry, HistoryRun } from "./history.ts";
import type { HistoryWriter } from "./history-writer.ts";
import type { LoadHooks } from "./load-options.ts";
import type { Answer } from "./target.ts";
import type { OrderChange, PlannedOrder } from "./workload.ts";

/** What is written down, and told, of each order of a run. Times come as milliseconds since its start. */
export class RunAccount {
  readonly #writer: HistoryWriter | undefined;
  readonly #onSettled: LoadHooks["onSettled"];
  #startedAtMs = 0;

  constructor(writer: HistoryWriter | undefined, onSettled: LoadHooks["onSettled"]) {
    this.#writer = writer;
    this.#onSettled = onSettled;
  }

  /** Whether anybody is to know of an order. */
  get isKept(): boolean {
    return this.#writer !== undefined || this.#onSettled !== undefined;
  }

  /** Before everything else. */
  begin({ runId, seed }: Omit<HistoryRun, "startedAtMs">, startedAtMs: number): void {
    this.#startedAtMs = startedAtMs;
    this.#writer?.begin({ runId, seed, startedAtMs });
  }

  /** @returns the order's number in the history. */
  intend(order: PlannedOrder, dueMs: number): number {
    return this.#writer?.intent(order, this.#startedAtMs + dueMs, dueMs < 0) ?? 0;
  }

  outcome(
    number: number,
    answer: Answer,
    sentMs: number | undefined,
    nowMs: number,
    change?: OrderChange,
  ): void {
    const sentAtMs = sentMs === undefined ? undefined : this.#startedAtMs + sentMs;
    this.#writer?.outcome(number, answer, sentAtMs, this.#startedAtMs + nowMs, change);
  }

  /** What came of a change. */
  changed(number: number, change: OrderChange, to: Answer, nowMs: number): void {
    this.#writer?.changed(number, change, to, this.#startedAtMs + nowMs);
  }

  /** An order that has its state. */
  tell(
    order: PlannedOrder,
    answer: Answer,
    dueMs: number,
    nowMs: number,
    sentMs?: number,
    change?: HistoryChange,
  ): void {
    if (this.#onSettled === undefined) return;
    const startedAtMs = this.#startedAtMs;
    const entry: HistoryEntry = {
      orderId: answer.orderId ?? order.orderId,
      customerId: order.customerId,
      key: order.key,
      lines: order.lines,
      state: answer.state,
      kind: answer.kind,
      intendedAtMs: startedAtMs + dueMs,
      sentAtMs: sentMs === undefined ? undefined : startedAtMs + sentMs,
      answeredAtMs: startedAtMs + nowMs,
      ...(change && { change }),
      ...(dueMs < 0 && { warmUp: true }),
    };
    this.#onSettled(entry, order.sequence);
  }
}
