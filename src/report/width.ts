import stringWidth from "string-width";

/** Columns of a terminal, not characters: a wide character takes two, and none is cut in half. */

const ascii = /^[ -~]*$/;
const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const esc = "\u001b";
const painted = new RegExp(`${esc}\\[\\d+m`, "gu");
/** string-width takes a fifth of a millisecond; a table has the same few characters in every row. */
const known = new Map<string, number>();
const knownMax = 10_000;

export function widthOf(text: string): number {
  if (ascii.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text.replace(painted, "")))
    width += widthOfOne(segment);
  return width;
}

function widthOfOne(grapheme: string): number {
  if (ascii.test(grapheme)) return grapheme.length;
  let width = known.get(grapheme);
  if (width === undefined) {
    width = stringWidth(grapheme);
    if (known.size >= knownMax) known.clear();
    known.set(grapheme, width);
  }
  return width;
}

export function padEnd(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - widthOf(text)));
}

export function padStart(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - widthOf(text))) + text;
}

/** At most `width` columns of it, with … at the end where something is left out. */
export function shortened(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  const [first = ""] = width <= 1 ? [] : pieces(text, width - 1);
  return `${first}…`;
}

/** All of it, in pieces of at most `width` columns. */
export function pieces(text: string, width: number): readonly string[] {
  if (ascii.test(text)) return text.match(new RegExp(`.{1,${Math.max(1, width)}}`, "g")) ?? [];
  const found: string[] = [];
  let piece = "";
  let taken = 0;
  for (const { segment } of segmenter.segment(text)) {
    const wide = widthOfOne(segment);
    if (piece !== "" && taken + wide > width) {
      found.push(piece);
      piece = "";
      taken = 0;
    }
    piece += segment;
    taken += wide;
  }
  return piece === "" ? found : [...found, piece];
}
