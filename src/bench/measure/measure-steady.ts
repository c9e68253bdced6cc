import { setTimeout as pause } from "node:timers/promises";
import type { LoadProgress } from "../../load/load-options.ts";
import { machineClockMs } from "../../load/machine-clock.ts";
import { runLoad } from "../../load/run-load.ts";
import { steadySchedule } from "../../load/schedule/steady-schedule.ts";
import type { LoadTarget } from "../../load/target.ts";
import type { Workload } from "../../load/workload.ts";
import { type BenchOrder, benchOrders } from "../figures/bench-orders.ts";
import { addContents, type Contents, contentsOf, noContents } from "../figures/contents.ts";
import { happened, noOrderTimes, type OrderTimes } from "../figures/order-times.ts";
import { type SteadyWindow, steadyWindow } from "../figures/steady-window.ts";
import type { SteadyConsumer } from "./steady-consumer.ts";

export interface SteadyOrders {
  readonly seed: string;
  readonly customers: number;
  readonly linesPerOrder: number;
  /** The consumer's, by which it numbers them. */
  readonly startMs: number;
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
      ...{ quantity: 1, onlyProduct: undefined },
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
    const times = noOrderTimes(schedule.orders);
    const ending = new AbortController();
    const load = runLoad(
      {
        schedule,
        workload: this.#workload(first),
        ...{ maxInFlight: inFlightMax, timeoutMs: answerWithinMs },
      },
      this.#target,
      {
        signal: AbortSignal.any([signal, ending.signal]),
        onProgress,
        onSettled({ state, sentAtMs, answeredAtMs }, n) {
          if (sentAtMs !== undefined) times.sentAtMs[n] = sentAtMs;
          if (state === "acked" && answeredAtMs !== undefined) times.ackedAtMs[n] = answeredAtMs;
        },
      },
    );
    // Both clocks are the machine's; they differ in where they begin.
    const clockOffsetMs = machineClockMs() - performance.now();
    const result = await Promise.race([load, this.#consumer.failed]).catch(async (error) => {
      ending.abort();
      await load.catch(() => {});
      throw error;
    });
    signal.throwIfAborted();
    await this.#noteCommitted(times, first, signal);
    for (let n = 0; n < schedule.orders; n++) {
      // Of an order without an answer only the consumer can know that it is in the log.
      if (happened(times.ackedAtMs[n]) || happened(times.committedAtMs[n]))
        this.#contents = addContents(this.#contents, contentsOf(this.#orders(first + n).order));
    }
    return steadyWindow({
      ...{ schedule, offered: result.counts.offered, times },
      startedAtMs: result.startedAtMs,
      startedAtClockMs: result.startedAtClockMs + clockOffsetMs,
      countedFromMs: leadInMs,
    });
  }

  #workload(first: number): Workload {
    return {
      spec: { seed: this.#spec.seed, runId: "bench" },
      order: (n) => {
        const { order, items, amount } = this.#orders(first + n);
        const { orderId, customerId, lines } = order;
        return { sequence: n, key: orderId, orderId, customerId, lines, items, amount };
      },
    };
  }

  /**
   * Asks the consumer until it has told of all that were acknowledged, or the time is up.
   * @param first the number of the order that is the first of `times`.
   */
  async #noteCommitted(times: OrderTimes, first: number, signal: AbortSignal): Promise<void> {
    const { ackedAtMs, committedAtMs } = times;
    let missing = ackedAtMs.reduce((count, atMs) => count + (happened(atMs) ? 1 : 0), 0);
    const deadlineMs = performance.now() + committedWithinMs;
    for (;;) {
      const report = await this.#consumer.report();
      for (const [index, order] of report.orders.entries()) {
        const n = order - first;
        // What was given up as lost in a measurement before may still come.
        if (n < 0 || n >= committedAtMs.length) continue;
        if (happened(ackedAtMs[n]) && !happened(committedAtMs[n])) missing--;
        committedAtMs[n] = report.atMs[index] ?? Number.NaN;
      }
      if (report.more) continue;
      if (missing === 0 || performance.now() > deadlineMs) return;
      await pause(askEveryMs, undefined, { signal });
    }
  }
}
