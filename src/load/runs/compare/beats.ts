import { Failure } from "../../../failure/failure.ts";
import { recordedValues } from "../../recorded-values.ts";
import { type SlicedLatency, slicedLatencies } from "../../slice.ts";
import type { ReadRun } from "../read-run.ts";
import type { RunHeader } from "../run-lines.ts";
import { type Step, Timeline } from "../timeline.ts";

/** What of a second (or, of a long run, several) is drawn again and again. */
export interface Beat {
  readonly counts: Step["counts"];
  readonly seconds: number;
  readonly gauges: Step["gauges"];
  /** Histograms as indexes into `values`, and how many there were of each. */
  readonly bins: Readonly<Partial<Record<SlicedLatency, SparseBins>>>;
}

export interface SparseBins {
  readonly at: Uint32Array;
  readonly counts: Uint32Array;
}

/** A run as it is compared. */
export interface RunBeats {
  readonly path: string;
  readonly header: RunHeader;
  readonly ended: boolean;
  /** Seconds in a beat. */
  readonly beatSeconds: number;
  /** In order; the whole seconds of the load alone. */
  readonly beats: readonly Beat[];
  /** Milliseconds of each bin, rising. */
  readonly values: Readonly<Partial<Record<SlicedLatency, Float64Array>>>;
}

/** Longer runs have beats of several seconds: to resample them then takes no longer. */
const beatsMax = 1_024;

/** @throws Failure("usage") for a line or histogram that is broken. */
export async function readBeats({ path, header, lines }: ReadRun): Promise<RunBeats> {
  const timeline = new Timeline(beatsMax);
  let ended = false;
  try {
    for await (const line of lines) {
      if (line.kind === "slice") timeline.add(line.slice);
      if (line.kind === "result") ended = true;
    }
    const steps = timeline.steps();
    // What was answered after the last order was due, and a second that was cut off, are no whole ones.
    const planned = Math.floor(header.schedule.duration_ms / 1_000 / timeline.width);
    const whole = Math.min(planned, ended ? steps.length : steps.length - 1);
    const histograms = slicedLatencies.map(
      (name) => [name, binned(timeline.histograms(name).slice(0, Math.max(0, whole)))] as const,
    );
    return {
      ...{ path, header, ended, beatSeconds: timeline.width },
      beats: steps.slice(0, Math.max(0, whole)).map(({ counts, seconds, gauges }, index) => ({
        ...{ counts, seconds, gauges },
        bins: Object.fromEntries(
          histograms.flatMap(([name, { bins }]) => (bins[index] ? [[name, bins[index]]] : [])),
        ),
      })),
      values: Object.fromEntries(histograms.map(([name, { values }]) => [name, values])),
    };
  } catch (cause) {
    if (cause instanceof Failure) throw cause;
    throw new Failure(
      "usage",
      {
        what: `${path} holds a histogram that cannot be read: ${cause instanceof Error ? cause.message : cause}`,
        remedy: "give the file that `orders produce` wrote, unchanged",
      },
      { cause },
    );
  } finally {
    timeline.release();
  }
}

/** The histograms of all beats over one list of values. */
function binned(texts: readonly (string | undefined)[]): {
  readonly values: Float64Array;
  readonly bins: readonly (SparseBins | undefined)[];
} {
  const found = texts.map((text) => (text === undefined ? undefined : recordedValues(text)));
  const all = new Set(found.flatMap((each) => each?.microseconds ?? []));
  const sorted = Float64Array.from(all).sort();
  const indexOf = new Map([...sorted].map((value, index) => [value, index]));
  return {
    values: sorted.map((microseconds) => microseconds / 1_000),
    bins: found.map((each) =>
      each === undefined
        ? undefined
        : {
            at: Uint32Array.from(each.microseconds, (value) => indexOf.get(value) ?? 0),
            counts: Uint32Array.from(each.counts),
          },
    ),
  };
}
