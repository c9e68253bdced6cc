/** A bench's figures as they are held against those of the same bench another day. */
export interface KeptFigures {
  readonly beganAt: string;
  readonly host: string;
  /** Bench and workload, as text: only figures of the same are held against each other. */
  readonly subject: string;
  readonly figures: readonly KeptFigure[];
}

export interface KeptFigure {
  readonly name: string;
  readonly unit: string;
  readonly value: number;
}

/** Runs of a quiet machine differ by a fifth; from here on something else was at work. */
const farFactor = 1.5;
const namedMax = 3;

/** Pure: a warning where figures are far from those of the same bench on the same host. */
export function farText(earlier: KeptFigures, now: KeptFigures): string | undefined {
  if (earlier.host !== now.host || earlier.subject !== now.subject) return undefined;
  const before = new Map(earlier.figures.map(({ name, value }) => [name, value]));
  const far = now.figures.flatMap(({ name, unit, value }) => {
    const was = before.get(name) ?? 0;
    if (!(was > 0 && value > 0)) return [];
    const factor = Math.max(value / was, was / value);
    return factor < farFactor ? [] : [{ name, unit, value, was, factor }];
  });
  if (far.length === 0) return undefined;
  const named = far
    .toSorted((a, b) => b.factor - a.factor)
    .slice(0, namedMax)
    .map(({ name, unit, value, was }) => `${name} ${digits(value)} ${unit}, was ${digits(was)}`);
  const rest = far.length > namedMax ? [`and ${far.length - namedMax} more`] : [];
  return `Far from the page that this one replaces, begun ${earlier.beganAt} on the same host: ${[...named, ...rest].join("; ")}. Find out which of the two is true before quoting either.`;
}

function digits(value: number): string {
  if (value >= 1_000) return Math.round(value).toLocaleString("en-US");
  return value.toLocaleString("en-US", { maximumSignificantDigits: 3 });
}

/** Pure: as an attribute of a page holds it, without any character that HTML would escape. */
export function writeFigures(figures: KeptFigures): string {
  return encodeURIComponent(JSON.stringify(figures)).replaceAll("'", "%27");
}

/** Pure: undefined for what was not written by `writeFigures`. */
export function readFigures(text: string): KeptFigures | undefined {
  try {
    const found = JSON.parse(decodeURIComponent(text)) as Partial<KeptFigures> | null;
    const texts = [found?.beganAt, found?.host, found?.subject];
    if (!texts.every((each) => typeof each === "string")) return undefined;
    if (!Array.isArray(found?.figures)) return undefined;
    const isFigure = (each: Partial<KeptFigure> | null) =>
      typeof each?.name === "string" && typeof each.value === "number";
    return found.figures.every(isFigure) ? (found as KeptFigures) : undefined;
  } catch {
    return undefined;
  }
}
