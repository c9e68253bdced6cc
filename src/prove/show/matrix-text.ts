import { type Paint, painter, shown, type Terminal, wrapped } from "../../report/terminal.ts";
import type { FaultResult } from "../matrix.ts";

const marks = { fired: "●", missed: "✗", alarm: "!", unknown: "?", silent: "·", unasked: " " };
const colours = { fired: "green", missed: "red", alarm: "red", unknown: "yellow" } as const;
type Mark = keyof typeof marks;

/** A mark, and a blank before it. */
const columnWidth = 2;

/**
 * Pure: fault by check. Only checks that fired somewhere, or should have, are columns; where the
 * terminal is too narrow for them, each fault is a line of words.
 */
export function matrixText(results: readonly FaultResult[], terminal: Terminal): string {
  const paint = painter(terminal);
  const columns = columnsOf(results);
  const nameWidth = Math.max(...results.map(({ fault }) => fault.length)) + 1;
  const fits = nameWidth + columns.length * columnWidth <= terminal.width;
  if (!fits || columns.length > letters.length) return lines(results, terminal, paint);
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(nameWidth)}${cells.map((cell) => ` ${cell}`).join("")}`.trimEnd();
  const table = [
    row(
      "",
      columns.map((_, index) => paint(letterOf(index), "bold")),
    ),
    ...results.map((result) =>
      row(
        result.fault,
        columns.map((check) => painted(markOf(result, check), paint)),
      ),
    ),
  ];
  const names = columns.map((check, index) => `${letterOf(index)} ${check.replaceAll("-", " ")}`);
  const legend = `${marks.fired} fired as it should, ${marks.missed} should have fired, ${marks.alarm} false alarm, ${marks.silent} silent, ${marks.unknown} no evidence`;
  return [
    ...table,
    ...inColumns(names, terminal.width),
    ...wrapped(legend, terminal.width).map((line) => paint(line, "dim")),
  ].join("\n");
}

/** Checks that say something of at least one fault, in the auditor's order. */
function columnsOf(results: readonly FaultResult[]): readonly string[] {
  const speaking = new Set(
    results.flatMap(({ expected, fired }) => [...expected.map(({ check }) => check), ...fired]),
  );
  const asked = new Set(results.flatMap((result) => result.asked));
  return [
    ...[...asked].filter((check) => speaking.has(check)),
    // Expected, and nobody asks it.
    ...[...speaking].filter((check) => !asked.has(check)),
  ];
}

function markOf({ fired, missed, expected, unknown, asked }: FaultResult, check: string): Mark {
  if (missed.includes(check)) return "missed";
  if (fired.includes(check))
    return expected.some((alarm) => alarm.check === check) ? "fired" : "alarm";
  if (unknown.includes(check)) return "unknown";
  return asked.includes(check) ? "silent" : "unasked";
}

function painted(mark: Mark, paint: Paint): string {
  return mark in colours ? paint(marks[mark], colours[mark as keyof typeof colours]) : marks[mark];
}

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function letterOf(index: number): string {
  return letters.charAt(index);
}

/** To be read downwards. */
function inColumns(texts: readonly string[], width: number): readonly string[] {
  const widest = Math.max(0, ...texts.map((text) => text.length)) + 2;
  const perLine = Math.max(1, Math.floor(width / widest));
  const height = Math.ceil(texts.length / perLine);
  return Array.from({ length: height }, (_, row) =>
    Array.from({ length: perLine }, (_, column) =>
      (texts[column * height + row] ?? "").padEnd(widest),
    )
      .join("")
      .trimEnd(),
  );
}

function lines(results: readonly FaultResult[], { width }: Terminal, paint: Paint): string {
  return results
    .flatMap(({ fault, fired, missed, falseAlarms }) => {
      const good = missed.length + falseAlarms.length === 0;
      const mark = good ? marks.fired : marks.missed;
      const by = fired.length === 0 ? "no check fired" : fired.join(", ");
      return wrapped(`${mark} ${fault}: ${shown(by)}`, width).map((line, at) =>
        at === 0 ? line.replace(mark, paint(mark, good ? "green" : "red")) : line,
      );
    })
    .join("\n");
}
