import { setTimeout as pause } from "node:timers/promises";
import type { LoadProgress } from "../../load/load-options.ts";
import { runLoad } from "../../load/run-load.ts";
import { steadySchedule } from "../../load/schedule/steady-schedule.ts";
import type { LoadTarget } from "../../load/target.ts";
import type { Workload } from "../../load/workload.ts";
import { seededProducts } from "../../order/seeded-products.ts";
import { type BenchOrder, benchOrders } from "../figures/bench-orders.ts";
import { addContents, type Contents, contentsOf, noContents } from "../figures/contents.ts";
import { type SteadyWindow, steadyWindow } from "../figures/steady-window.ts";
import { machineClockMs } from "./machine-clock.ts";
import type { SteadyConsumer } from "./steady-consumer.ts";

export interface SteadyOrders {
  readonly seed: string;
  readonly customers: number;
  readonly linesPerOrder: number;
}

export interface SteadySpec {
  readonly ratePerSecond: number;
  /** What is sent at the rate before anything counts. */
  readonly leadInMs: number;
  readonly durationMs: number;
}

const answerWithinMs = 10_000;
const inFlightMax = 100_000;
/** After the load's end: an order that is not committed by then is lost. */
const committedWithinMs = 30_000;
const askEveryMs = 50;

/** Sends at steady rates, one after the other, and keeps account of every order. */
export class SteadyLoad {
  readonly #target: LoadTarget;
  readonly #consumer: SteadyConsumer;
  readonly #orders: (n: number) => BenchOrder;
  readonly #spec: SteadyOrders;
  #begun = 0;
  #contents = noContents;

  constructor(target: LoadTarget, consumer: SteadyConsumer, spec: SteadyOrders) {
    this.#target = target;
    this.#consumer = consumer;
    this.#spec = spec;
    this.#orders = benchOrders({
      ...spec,
      ...{ quantity: 1, onlyProduct: undefined, startMs: Date.now() },
    });
  }

  /** Of all orders that were acknowledged, or committed without that. */
  get contents(): Contents {
    return this.#contents;
  }

  /** @throws the signal's reason; Failure("environment") when the consumer ends. */
  async measure(
    { ratePerSecond, leadInMs, durationMs }: SteadySpec,
    signal: AbortSignal,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<SteadyWindow> {
    const schedule = steadySchedule(ratePerSecond, leadInMs + durationMs);
    const first = this.#begun;
    this.#begun += schedule.orders;
    const ending = new AbortController();
    const load = runLoad(
      {
        schedule,
        workload: this.#workload(first),
        ...{ maxInFlight: inFlightMax, timeoutMs: answerWithinMs, keepHistory: schedule.orders },
      },
      this.#target,
      { signal: AbortSignal.any([signal, ending.signal]), onProgress },
    );
    // Both clocks are the machine's; they differ in where they begin.
    const clockOffsetMs = machineClockMs() - performance.now();
    const result = await Promise.race([load, this.#consumer.failed]).catch(async (error) => {
      ending.abort();
      await load.catch(() => {});
      throw error;
    });
    signal.throwIfAborted();
    const acked = new Set<string>();
    for (const { orderId, state } of result.history) if (state === "acked") acked.add(orderId);
    const committedAtMs = await this.#committed(acked, signal);
    for (let n = first; n < first + schedule.orders; n++) {
      const { order } = this.#orders(n);
      // Of an order without an answer only the consumer can know that it is in the log.
      if (acked.has(order.orderId) || committedAtMs.has(order.orderId))
        this.#contents = addContents(this.#contents, contentsOf(order));
    }
    return steadyWindow({
      schedule,
      history: result.history,
      startedAtMs: result.startedAtMs,
      startedAtClockMs: result.startedAtClockMs + clockOffsetMs,
      committedAtMs,
      countedFromMs: leadInMs,
    });
  }

  #workload(first: number): Workload {
    const { seed, customers, linesPerOrder } = this.#spec;
    return {
      spec: {
        ...{ seed, customers, linesPerOrder, runId: "bench", products: seededProducts, hot: [] },
        quantity: { min: 1, max: 1 },
      },
      order: (n) => {
        const { order, items, amount } = this.#orders(first + n);
        const { orderId, customerId, lines } = order;
        return { sequence: n, key: orderId, orderId, customerId, lines, items, amount };
      },
    };
  }

  /** Asks the consumer until it has told of all these, or the time is up. */
  async #committed(
    orderIds: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, number>> {
    const found = new Map<string, number>();
    let missing = orderIds.size;
    const deadlineMs = performance.now() + committedWithinMs;
    for (;;) {
      const report = await this.#consumer.report();
      for (const [index, orderId] of report.orderIds.entries()) {
        if (orderIds.has(orderId) && !found.has(orderId)) missing--;
        found.set(orderId, report.atMs[index] ?? Number.NaN);
      }
      if (missing === 0 || performance.now() > deadlineMs) return found;
      await pause(askEveryMs, undefined, { signal });
    }
  }
}
