import { exitCodeOf } from "../failure/failure.ts";
import type { LoadResult } from "./run-load.ts";

/** What a load must reach to count as delivered at the asked rate; documented in `produce --help`. */
export const deliveryLimits = {
  /** Achieved rate over target rate. */
  achievedShareMin: 0.99,
  /** Acknowledged over offered orders. */
  ackedShareMin: 0.99,
  droppedMax: 0,
} as const;

/** Beyond these the generator itself may be what kept a load from its rate. */
export const generatorLimits = {
  /** Of a core, over the whole run: a process of one thread has no more to give. */
  cpuShareMax: 0.9,
  /** Of the run, ready to run while others had the cores. */
  coreWaitShareMax: 0.2,
  /** Standing still for so long, it could send nothing. */
  loopDelayMsMax: 1_000,
} as const;

/** No more sockets or ports on this machine: the target never saw these orders. */
const exhausted = /^(EADDRNOTAVAIL|EMFILE|ENFILE|ENOBUFS)\b/;

/** `invalid`: the rate was missed, and the generator was the limit: no figure tells about the target. */
export type DeliveryVerdict = "delivered" | "undelivered" | "invalid" | "unreachable" | "stopped";

export interface Delivered {
  readonly verdict: DeliveryVerdict;
  /** One sentence for a person. */
  readonly sentence: string;
  /** 0 delivered, 5 undelivered or invalid, 4 unreachable, 7 the history could not be written; a stop's own code is the signal's. */
  readonly exitCode: number;
}

/**
 * Pure. A load counts as delivered when nothing was dropped, the orders left at 99 % of the asked
 * rate or more, and 99 % of them or more were acknowledged. One that was stopped is judged by the
 * part that ran.
 */
export function judgeDelivery(result: LoadResult): Delivered {
  const { counts, unreachable, end } = result;
  const acked = `${number(counts.acked)} of ${number(counts.offered)} orders acknowledged`;
  if (end === "history_failed") {
    return {
      verdict: "stopped",
      sentence: `Ended after ${number(counts.offered)} of ${number(result.planned)} orders (${acked}), and the history is incomplete: ${result.historyError ?? "the disk did not take it"}.`,
      exitCode: exitCodeOf.output,
    };
  }
  const dead = result.instances?.deaths ?? [];
  if (dead.length > 0) {
    const who = dead.map(({ instance, how }) => `instance ${instance}: ${how}`).join(", ");
    return {
      verdict: "invalid",
      sentence: `Invalid: ${dead.length} of the ${result.instances?.count} processes that made the load died (${who}). What they had not sent is dropped (${number(counts.dropped)} in all), what they had not told is unknown (${number(counts.unknown)}); ${acked}.`,
      exitCode: exitCodeOf.undelivered,
    };
  }
  if (unreachable > 0 && unreachable === counts.offered - counts.dropped) {
    return {
      verdict: "unreachable",
      sentence: `Nothing was reached: every connection to ${result.target.address} failed. Is it up? \`orders up\` starts a pipeline, \`orders status\` says where it listens.`,
      exitCode: exitCodeOf.environment,
    };
  }
  const shortfalls = findShortfalls(result);
  if (shortfalls.length > 0) {
    const early =
      end === "stopped"
        ? `Stopped early, after ${number(counts.offered)} of ${number(result.planned)} orders. `
        : "";
    const limits = generatorTroubles(result);
    if (limits.length > 0)
      return {
        verdict: "invalid",
        sentence: `${early}Invalid: the generator was the limit, not the target: ${limits.join("; ")}. Not delivered at the asked rate: ${shortfalls.join("; ")} (${acked}). Give it a core of its own, or more of them (--instances), or ask for less.`,
        exitCode: exitCodeOf.undelivered,
      };
    return {
      verdict: "undelivered",
      sentence: `${early}Not delivered at the asked rate: ${shortfalls.join("; ")} (${acked}).`,
      exitCode: exitCodeOf.undelivered,
    };
  }
  if (end === "stopped") {
    return {
      verdict: "stopped",
      sentence: `Stopped early, after ${number(counts.offered)} of ${number(result.planned)} orders; up to then delivered at the asked rate (${acked}).`,
      exitCode: 0,
    };
  }
  return {
    verdict: "delivered",
    sentence: `Delivered at the asked rate: ${acked}, ${rate(result.achievedRatePerSecond)} against ${rate(result.targetRatePerSecond)} asked.`,
    exitCode: 0,
  };
}

/** What kept the generator from sending, as far as it saw itself; only of a load that missed its rate. */
function generatorTroubles(result: LoadResult): readonly string[] {
  const { achievedRatePerSecond: achieved, targetRatePerSecond: target, generator } = result;
  const sockets = result.answers.filter(({ kind }) => exhausted.test(kind));
  const found = sockets.map(
    ({ kind, count }) => `${number(count)} orders found no socket (${kind})`,
  );
  if (achieved >= target * deliveryLimits.achievedShareMin) return found;
  const { cpuShare, busiestCpuShare = cpuShare } = generator;
  if (busiestCpuShare > generatorLimits.cpuShareMax)
    found.push(`it used ${percent(busiestCpuShare)} of a core`);
  const waited = generator.coreWaitShare ?? 0;
  if (waited > generatorLimits.coreWaitShareMax)
    found.push(`${percent(waited)} of the time it waited for a core that others had`);
  if (generator.loopDelayMsMax > generatorLimits.loopDelayMsMax)
    found.push(`it stood still for ${number(Math.round(generator.loopDelayMsMax))} ms`);
  return found;
}

function findShortfalls(result: LoadResult): readonly string[] {
  const { counts, achievedRatePerSecond: achieved, targetRatePerSecond: target } = result;
  if (counts.offered === 0) return ["no order became due"];
  const found: string[] = [];
  if (counts.dropped > deliveryLimits.droppedMax) {
    const why = result.answers.filter((answer) => answer.state === "dropped");
    found.push(`${number(counts.dropped)} dropped (${why.map((each) => each.kind).join(", ")})`);
  }
  if (achieved < target * deliveryLimits.achievedShareMin) {
    found.push(`${rate(achieved)} achieved, ${rate(target)} asked`);
  }
  if (counts.acked < counts.offered * deliveryLimits.ackedShareMin) {
    const missing = counts.failed + counts.unknown;
    found.push(
      `${percent(counts.acked / counts.offered)} acknowledged` +
        (missing > 0 ? `, ${number(counts.failed)} failed, ${number(counts.unknown)} unknown` : ""),
    );
  }
  if (result.otherId > 0) {
    found.push(
      `${number(result.otherId)} accepted under another order_id: this API does not honour Idempotency-Key as ours does`,
    );
  }
  return found;
}

function number(value: number): string {
  return value.toLocaleString("en-US");
}

function rate(perSecond: number): string {
  return `${perSecond.toLocaleString("en-US", { maximumFractionDigits: 1 })}/s`;
}

/** Rounded down: 98.96 % must not read as 99. */
function percent(share: number): string {
  return `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
}
