import type { FoundRate } from "./find-rate.ts";
import type { JudgedTry, TryFigures, TryVerdict } from "./judge-try.ts";
import type { SearchRequest } from "./search-request.ts";

/** A rate that was tried, and what was seen. */
export interface RateTry extends JudgedTry {
  /** From 1. */
  readonly number: number;
  /** undefined: the target could not even be connected to. */
  readonly figures: TryFigures | undefined;
}

/** Why it ended: it came to a result, or a try could not be judged. */
export type SearchEnd = FoundRate["end"] | Exclude<TryVerdict, "held" | "not_held">;

export interface RateSearch {
  readonly request: SearchRequest;
  readonly seed: string;
  readonly end: SearchEnd;
  /** The rate that was held for `--hold` and counts. */
  readonly ratePerSecond: number | undefined;
  /** The highest that held for a step or longer, whether or not it counts. */
  readonly heldPerSecond: number | undefined;
  /** The lowest that did not: of holds, if one failed, else of steps above the highest that held. */
  readonly notHeldPerSecond: number | undefined;
  readonly tries: readonly RateTry[];
  /** What ended it where no try tells: a backlog from before. */
  readonly reason: string | undefined;
}
