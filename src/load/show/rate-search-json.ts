import type { TryKind } from "../search/find-rate.ts";
import type { TryVerdict } from "../search/judge-try.ts";
import type { RateSearch, RateTry, SearchEnd } from "../search/rate-search.ts";
import { searchSentence } from "../search/search-verdict.ts";
import { type LoadJson, loadJson } from "./load-json.ts";

/** The result of `orders produce --rate max --json`. */
export interface RateSearchJson {
  readonly end: SearchEnd;
  readonly sentence: string;
  /** What was held for `hold_ms` and counts; null: none. */
  readonly rate_per_second: number | null;
  /** The highest that held for any time, whether or not it counts. */
  readonly held_per_second: number | null;
  /** The lowest that did not: of holds, if one failed, else of steps above the highest that held. */
  readonly not_held_per_second: number | null;
  readonly from_per_second: number;
  readonly slo_ms: number;
  readonly step_ms: number;
  readonly hold_ms: number;
  /** Whether each acknowledged order of the rate's hold had to have its row. */
  readonly reconcile: boolean;
  readonly seed: string;
  /** In the order of their time. */
  readonly tries: readonly RateTryJson[];
}

export interface RateTryJson {
  readonly kind: TryKind;
  readonly rate_per_second: number;
  readonly verdict: TryVerdict;
  readonly reasons: readonly string[];
  /** Messages behind at the load's end, and until none was; null: not read, or never. */
  readonly lag: number | null;
  readonly drained_ms: number | null;
  readonly lag_not_read: string | null;
  /** As `orders produce --json` gives one; null: the target could not be connected to. */
  readonly load: Omit<LoadJson, "series"> | null;
}

export function rateSearchJson(search: RateSearch): RateSearchJson {
  const { end, request, seed, ratePerSecond, heldPerSecond, notHeldPerSecond, tries } = search;
  return {
    end,
    sentence: searchSentence(search),
    rate_per_second: ratePerSecond ?? null,
    held_per_second: heldPerSecond ?? null,
    not_held_per_second: notHeldPerSecond ?? null,
    from_per_second: request.fromPerSecond,
    slo_ms: request.sloMs,
    step_ms: request.durationMs.step,
    hold_ms: request.durationMs.hold,
    reconcile: request.reconcile,
    seed,
    tries: tries.map(tryJson),
  };
}

function tryJson({ kind, ratePerSecond, verdict, reasons, figures }: RateTry): RateTryJson {
  const { backlog } = figures ?? {};
  return {
    ...{ kind, rate_per_second: ratePerSecond, verdict, reasons },
    lag: backlog?.lag ?? null,
    drained_ms: backlog?.drainedMs === undefined ? null : Math.round(backlog.drainedMs),
    lag_not_read: backlog?.unread ?? null,
    load: figures === undefined ? null : withoutSeries(figures),
  };
}

/** Its run's file has every second. */
function withoutSeries(figures: NonNullable<RateTry["figures"]>): Omit<LoadJson, "series"> {
  const { series: _, ...load } = loadJson(figures.result, figures.delivered, undefined, figures);
  return load;
}
