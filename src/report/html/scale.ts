/** How values become places along a chart. */
export interface Scale {
  readonly kind: "linear" | "logarithmic";
  /** The first is where bars begin. */
  readonly ticks: readonly number[];
  /** From 0, where bars begin, to 1. */
  readonly share: (value: number) => number;
}

/** From here on, the smallest bar of a linear scale says nothing but that it is small. */
const linearFactorMax = 20;
/** The smallest value stands at least so far from where bars begin, that its bar is seen. */
const headroom = 1.6;

/**
 * Pure: linear from zero, or logarithmic where the values differ too much for that.
 * @param values all that is drawn: medians, single runs, references.
 * @param tickCount how many ticks there is room for, about.
 */
export function scaleFor(values: readonly number[], tickCount: number): Scale {
  const positive = values.filter((value) => value > 0);
  const [smallest, largest] = [Math.min(...positive), Math.max(0, ...positive)];
  if (positive.length === 0 || largest / smallest <= linearFactorMax) {
    const ticks = niceTicks(largest, tickCount);
    const end = ticks.at(-1) ?? 1;
    return { kind: "linear", ticks, share: (value) => within01(value / end) };
  }
  const start = 10 ** Math.floor(Math.log10(smallest / headroom));
  const power = 10 ** Math.floor(Math.log10(largest));
  const end = power * ([1, 2, 5].find((each) => each * power >= largest * 0.999) ?? 10);
  const decades = Math.round(Math.log10(power / start)) + (end === 10 * power ? 1 : 0);
  const every = Math.max(1, Math.ceil((decades + 1) / (tickCount + 1)));
  const ticks = Array.from({ length: Math.floor(decades / every) + 1 }, (_, index) =>
    Number((start * 10 ** (index * every)).toPrecision(12)),
  );
  const length = Math.log10(end / start);
  return {
    kind: "logarithmic",
    ticks,
    share: (value) => (value > 0 ? within01(Math.log10(value / start) / length) : 0),
  };
}

function within01(share: number): number {
  return Math.min(1, Math.max(0, share));
}

/** Pure: from 0 to at least `largest` in about `count` round steps (1, 2, 2.5 or 5 times a power of ten). */
export function niceTicks(largest: number, count: number): readonly number[] {
  if (!(largest > 0)) return [0, 1];
  const rough = largest / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 2.5, 5].find((each) => each * power >= rough * 0.999) ?? 10);
  const steps = Math.ceil(largest / step - 1e-9);
  return Array.from({ length: steps + 1 }, (_, index) => Number((index * step).toPrecision(12)));
}
