import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { coreWaitMs } from "./core-wait.ts";

/** What of a run could have kept the generator itself from sending in time. */
export interface GeneratorHealth {
  /** Longest time for which its event loop stood still, milliseconds. */
  readonly loopDelayMsMax: number;
  /** CPU of the process over time, all threads: 1 is a core. */
  readonly cpuShare: number;
  /** Of several processes the busiest one's; undefined: there was one. */
  readonly busiestCpuShare?: number | undefined;
  /** Of the time, how long it was ready to run and others had the cores; undefined: not counted here. */
  readonly coreWaitShare?: number | undefined;
}

const resolutionMs = 10;

/** Watches this process: whether it could do what the schedule asked of it. */
export class GeneratorWatch {
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: resolutionMs });
  #startedAtMs = performance.now();
  #atStart = process.cpuUsage();
  #lastMs = this.#startedAtMs;
  #last = this.#atStart;
  #loopDelayMsMax = 0;
  #waitedAtStartMs = coreWaitMs();
  #waitedMs = this.#waitedAtStartMs;

  start(): void {
    this.#waitedAtStartMs = this.#waitedMs = coreWaitMs();
    this.#startedAtMs = this.#lastMs = performance.now();
    this.#atStart = this.#last = process.cpuUsage();
    this.#delay.reset();
    this.#delay.enable();
  }

  /** Since it was last asked: gauges of a slice. */
  take(): Readonly<Record<string, number>> {
    const nowMs = performance.now();
    const elapsedMs = nowMs - this.#lastMs;
    const used = process.cpuUsage(this.#last);
    const waitedMs = coreWaitMs();
    const waitShare = share(this.#waitedMs, waitedMs, elapsedMs);
    this.#waitedMs = waitedMs;
    const delayMs = this.#delayMs();
    this.#loopDelayMsMax = Math.max(this.#loopDelayMsMax, delayMs);
    this.#last = process.cpuUsage();
    this.#lastMs = nowMs;
    this.#delay.reset();
    const gauges = { loop_delay_ms_max: delayMs };
    // Several seconds that end in one turn: the later ones had no time of their own.
    if (elapsedMs < 1) return gauges;
    const generator_cpu_share = (used.user + used.system) / 1_000 / elapsedMs;
    if (waitShare === undefined) return { ...gauges, generator_cpu_share };
    return { ...gauges, generator_cpu_share, generator_core_wait_share: waitShare };
  }

  end(): GeneratorHealth {
    const used = process.cpuUsage(this.#atStart);
    const elapsedMs = Math.max(1, performance.now() - this.#startedAtMs);
    const loopDelayMsMax = Math.max(this.#loopDelayMsMax, this.#delayMs());
    this.#delay.disable();
    const coreWaitShare = share(this.#waitedAtStartMs, coreWaitMs(), elapsedMs);
    const cpuShare = (used.user + used.system) / 1_000 / elapsedMs;
    return { loopDelayMsMax, cpuShare, coreWaitShare };
  }

  /** Its timer waits `resolutionMs` by itself; what is beyond it is delay. Nothing seen is 0. */
  #delayMs(): number {
    const ms = this.#delay.max / 1e6 - resolutionMs;
    return this.#delay.max < Number.MAX_SAFE_INTEGER && ms > 0 ? ms : 0;
  }
}

function share(
  fromMs: number | undefined,
  toMs: number | undefined,
  elapsedMs: number,
): number | undefined {
  return fromMs === undefined || toMs === undefined ? undefined : (toMs - fromMs) / elapsedMs;
}
