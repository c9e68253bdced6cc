import { parseDuration } from "../ports/duration.ts";
import { metricOf, parseThresholds } from "./thresholds/parse-threshold.ts";
import type { Threshold } from "./thresholds/threshold.ts";

/** What is asked beside the load itself: flags of `orders produce`. */
export interface MeasureRequestText {
  readonly failIf: readonly string[];
  readonly linkGbps: number | undefined;
  readonly endToEnd: boolean;
  readonly drainTimeout: string;
}

/** The same, checked. */
export interface MeasureRequest {
  readonly thresholds: readonly Threshold[];
  readonly linkGbps: number | undefined;
  /** How long rows of accepted orders are waited for; undefined: nobody asks for them. */
  readonly drainTimeoutMs: number | undefined;
}

/**
 * A threshold on end_to_end asks for it by itself.
 * @throws Failure("usage")
 */
export function parseMeasureRequest(text: MeasureRequestText): MeasureRequest {
  const thresholds = parseThresholds(text.failIf);
  const drainTimeoutMs = parseDrainTimeout(text.drainTimeout);
  const asked = text.endToEnd || thresholds.some((each) => metricOf(each).needs === "end_to_end");
  return {
    ...{ thresholds, linkGbps: text.linkGbps },
    drainTimeoutMs: asked ? drainTimeoutMs : undefined,
  };
}

/**
 * @returns milliseconds.
 * @throws Failure("usage")
 */
export function parseDrainTimeout(text: string): number {
  return parseDuration(text, "--drain-timeout", { minMs: 100, maxMs: 24 * 3_600_000 });
}
