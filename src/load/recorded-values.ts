import { decodeFromCompressedBase64, JsHistogram } from "hdr-histogram-js";

/** What a histogram holds, from the smallest value up; the two lists are of one length. */
export interface RecordedValues {
  readonly microseconds: readonly number[];
  readonly counts: readonly number[];
}

/**
 * @param text as LatencyHistogram encodes it.
 * @throws Error when it is no histogram.
 */
export function recordedValues(text: string): RecordedValues {
  const histogram = decodeFromCompressedBase64(text, 32, false);
  if (!(histogram instanceof JsHistogram)) throw new Error("a histogram of another kind");
  const [microseconds, counts]: [number[], number[]] = [[], []];
  for (let at = 0; at < histogram.countsArrayLength; at++) {
    const count = histogram.getCountAtIndex(at);
    if (count === 0) continue;
    microseconds.push(histogram.valueFromIndex(at));
    counts.push(count);
  }
  return { microseconds, counts };
}
