import { painter, type Terminal, wrapped } from "./terminal.ts";

/** What a run comes to, in a few lines that stand last: whoever looks up sees them first. */
export interface Closing {
  /** "Verified: consistent". */
  readonly headline: string;
  readonly tone: "good" | "bad" | "open";
  /** A word and a sentence each; the exit code, and why, is the last. */
  readonly rows: readonly (readonly [string, string])[];
}

const colours = { good: "green", bad: "red", open: "yellow" } as const;
const labelWidthMax = 12;
/** Below this, a label stands on a line of its own. */
const besideWidthMin = 50;

/** Pure. */
export function closingText({ headline, tone, rows }: Closing, terminal: Terminal): string {
  const paint = painter(terminal);
  const label = Math.min(labelWidthMax, Math.max(...rows.map(([name]) => name.length))) + 2;
  return [
    ...wrapped(headline, terminal.width).map((line) => paint(line, "bold", colours[tone])),
    ...rows.flatMap(([name, text]) =>
      terminal.width < besideWidthMin
        ? [paint(name, "dim"), ...indented(text, terminal.width, 2)]
        : beside(paint(name.padEnd(label), "dim"), text, label, terminal.width),
    ),
  ].join("\n");
}

function beside(name: string, text: string, indent: number, width: number): readonly string[] {
  const [first = "", ...rest] = wrapped(text, width - 2 - indent);
  return [`  ${name}${first}`, ...rest.map((line) => " ".repeat(2 + indent) + line)];
}

function indented(text: string, width: number, by: number): readonly string[] {
  return wrapped(text, width - by).map((line) => " ".repeat(by) + line);
}

/** Pure: what a code means, and why this run ended with it. */
export function exitRow(exitCode: number, reasons: readonly string[]): readonly [string, string] {
  return [
    "exit code",
    reasons.length === 0 ? String(exitCode) : `${exitCode}: ${reasons.join("; ")}`,
  ];
}
