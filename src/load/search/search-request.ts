import { Failure } from "../../failure/failure.ts";
import { parseDuration } from "../../ports/duration.ts";
import { searchDefaults } from "../load-defaults.ts";
import { parseRate } from "../schedule/parse-rate.ts";
import { runDurationLimits } from "../schedule/schedule.ts";
import { rateLimits } from "../schedule/steady-schedule.ts";
import type { TryKind } from "./find-rate.ts";

/** What a search is asked by: flags of `orders produce`. */
export interface SearchText {
  readonly rate?: string | undefined;
  readonly from?: string | undefined;
  readonly step?: string | undefined;
  readonly hold?: string | undefined;
  readonly slo?: string | undefined;
  readonly reconcile?: boolean | undefined;
  /** The system is not ours: whether its orders have rows, and where, only `--end-to-end` says. */
  readonly foreign?: boolean | undefined;
  readonly "end-to-end"?: boolean | undefined;
  readonly duration?: string | undefined;
  readonly orders?: number | undefined;
  readonly ramp?: string | undefined;
  readonly stages?: string | undefined;
  readonly "run-id"?: string | undefined;
  readonly history?: string | undefined;
  readonly "json-lines"?: boolean | undefined;
  readonly instances?: number | undefined;
}

/** The same, checked. */
export interface SearchRequest {
  readonly fromPerSecond: number;
  readonly maxPerSecond: number;
  /** How long a try lasts. */
  readonly durationMs: Readonly<Record<TryKind, number>>;
  /** The response p99 of a rate that holds, at most. */
  readonly sloMs: number;
  /** A rate counts only if each acknowledged order of its hold has its row. */
  readonly reconcile: boolean;
  /** The first load, as its schedule is asked for. */
  readonly firstLoad: { readonly rate: string; readonly duration: string };
}

const ofTheSearch = ["from", "step", "hold", "slo"] as const;
/** A search makes the schedule itself, and each of its loads has an id of its own. */
const ofOneLoad = [
  "duration",
  "orders",
  "ramp",
  "stages",
  "run-id",
  "history",
  "json-lines",
] as const;

const remedies: Readonly<Partial<Record<(typeof ofOneLoad)[number], string>>> = {
  "run-id": "leave it out; with --seed each load has the same orders again",
  history: "leave it out; then load at the rate that was found, with --history",
  "json-lines": "give --json: it has every try, and each try's run file has every second",
};

/**
 * @returns undefined where one load is asked for, and no search.
 * @throws Failure("usage")
 */
export function parseSearchRequest(text: SearchText): SearchRequest | undefined {
  if (text.rate?.trim().toLowerCase() !== "max") {
    const flag = text.reconcile === false ? "no-reconcile" : ofTheSearch.find((each) => text[each]);
    if (flag === undefined) return undefined;
    throw usage(`--${flag} goes with --rate max only`, "leave it out, or give --rate max");
  }
  const other = ofOneLoad.find((flag) => text[flag] !== undefined && text[flag] !== false);
  if (other !== undefined)
    throw usage(
      `--${other} does not go with --rate max, which sends many loads one after the other`,
      remedies[other] ?? "leave it out; --step and --hold say how long a rate is tried and held",
    );
  if ((text.instances ?? 1) > 1)
    throw usage(
      "--instances does not go with --rate max, which finds what one process can send",
      "leave it out; then load at a higher rate with --instances",
    );
  const fromPerSecond = parseRate(text.from ?? searchDefaults.from, "--from");
  const { minPerSecond, maxPerSecond } = rateLimits;
  if (fromPerSecond < minPerSecond || fromPerSecond > maxPerSecond)
    throw usage(
      `--from must be from ${minPerSecond} to ${maxPerSecond} orders per second, found ${text.from}`,
      "choose a rate that the system is sure to hold",
    );
  const { reconcile = true, foreign = false } = text;
  if (reconcile && foreign && text["end-to-end"] !== true)
    throw usage(
      "--rate max counts a rate only if its orders reconcile, and nothing says where this system keeps them",
      "give --end-to-end, if they are in the table orders of the database in the settings, or --no-reconcile to count a rate without",
    );
  const limits = { minMs: 100, maxMs: runDurationLimits.maxMs };
  const duration = text.step ?? searchDefaults.step;
  return {
    ...{ fromPerSecond, maxPerSecond, reconcile },
    firstLoad: { rate: String(fromPerSecond), duration },
    durationMs: {
      step: parseDuration(duration, "--step", limits),
      hold: parseDuration(text.hold ?? searchDefaults.hold, "--hold", limits),
    },
    sloMs: parseDuration(text.slo ?? searchDefaults.slo, "--slo", { minMs: 1, maxMs: 3_600_000 }),
  };
}

function usage(what: string, remedy: string): Failure {
  return new Failure("usage", { what, remedy });
}
