import { drawTable } from "../../report/draw-table.ts";
import { type Paint, painter, shown, type Terminal, wrapped } from "../../report/terminal.ts";
import { widthOf } from "../../report/width.ts";
import type { Finding } from "../finding.ts";
import type { Verdict } from "../verdict.ts";

const colourOf = { pass: "green", fail: "red", unknown: "yellow" } as const;
const colourOfVerdict = {
  consistent: "green",
  violated: "red",
  inconclusive: "yellow",
} as const;

/** Four columns with a blank on each side, and five rules. */
const frameWidth = 13;
const statusWidth = "unknown".length;
/** Below this a table is harder to read than a list. */
const tableWidthMin = 60;

/**
 * Checks as a table (a list where it is narrow), then what needs words, then the verdict.
 * @param details also the checks that passed, which else are one line.
 */
export function verdictText(
  verdict: Verdict,
  terminal: Terminal,
  { details }: { readonly details: boolean } = { details: true },
): string {
  const paint = painter(terminal);
  const passed = verdict.checks.filter(({ status }) => status === "pass");
  const detailed = details ? verdict.checks : verdict.checks.filter((one) => !passed.includes(one));
  const checks =
    detailed.length === 0
      ? ""
      : terminal.width < tableWidthMin
        ? checkList(detailed, terminal, paint)
        : checkTable(detailed, terminal, paint);
  const folded = details || passed.length === 0 ? "" : passedLine(passed, terminal, paint);
  // Folded, the report that this is part of ends with the verdict.
  const last = details ? sentence(verdict, terminal, paint) : "";
  return [folded, checks, ...remarks(detailed, terminal, paint), last]
    .filter((part) => part !== "")
    .join("\n");
}

function passedLine(passed: readonly Finding[], { width }: Terminal, paint: Paint): string {
  const count = `${passed.length} ${passed.length === 1 ? "check" : "checks"} passed`;
  return wrapped(`${count} (--details shows each)`, width)
    .join("\n")
    .replace(count, paint(count, colourOf.pass));
}

function checkTable(checks: readonly Finding[], terminal: Terminal, paint: Paint): string {
  const rows = checks.map((finding) => [
    finding.check.replaceAll("-", " "),
    shown(finding.expected),
    shown(finding.found),
  ]);
  const widths = shrink(
    [0, 1, 2].map((column) =>
      Math.max(
        ...[["check", "expected", "found"], ...rows].map((row) => widthOf(row[column] ?? "")),
      ),
    ),
    terminal.width - frameWidth - statusWidth,
  );
  return drawTable(
    [...widths, statusWidth].map((width, column) => ({
      head: paint(["check", "expected", "found", "result"][column] ?? "", "bold"),
      width,
    })),
    rows.map((row, index) => {
      const status = checks[index]?.status ?? "unknown";
      const cells = row.map((cell, column) => wrapped(cell, widths[column] ?? 1).join("\n"));
      return [...cells, paint(status, colourOf[status])];
    }),
  );
}

/** Takes from the widest columns until the sum fits. */
function shrink(widths: readonly number[], sumMax: number): readonly number[] {
  const fitted = [...widths];
  while (fitted.reduce((sum, width) => sum + width, 0) > sumMax) {
    const widest = fitted.indexOf(Math.max(...fitted));
    fitted[widest] = (fitted[widest] ?? 1) - 1;
  }
  return fitted;
}

function checkList(checks: readonly Finding[], { width }: Terminal, paint: Paint): string {
  return checks
    .flatMap((finding) => [
      ...wrapped(`${finding.status} ${finding.check.replaceAll("-", " ")}`, width).map(
        (line, at) =>
          at === 0
            ? line.replace(finding.status, paint(finding.status, colourOf[finding.status]))
            : line,
      ),
      ...indented(`expected ${shown(finding.expected)}`, width),
      ...indented(`found ${shown(finding.found)}`, width),
    ])
    .join("\n");
}

/** A finding that needs more than a cell: what is wrong or missing, with the orders that show it. */
function remarks(checks: readonly Finding[], { width }: Terminal, paint: Paint): readonly string[] {
  return checks.flatMap(({ check, status, detail, examples, see = [] }) => {
    if (detail === undefined && (status === "pass" || examples.length === 0)) return [];
    const name = check.replaceAll("-", " ");
    return [
      ...wrapped(`${name}:`, width).map((line) => paint(line, colourOf[status])),
      ...indented(shown(detail ?? ""), width),
      ...(status === "pass" ? [] : examples.flatMap((each) => indented(shown(each), width, 4))),
      ...see.flatMap((each) => indented(`see: ${shown(each)}`, width)),
    ];
  });
}

function sentence({ verdict, reason }: Verdict, { width }: Terminal, paint: Paint): string {
  const [first = "", ...rest] = wrapped(`${verdict}: ${shown(reason)}`, width);
  const word = paint(verdict, colourOfVerdict[verdict], "bold");
  return ["", first.replace(verdict, word), ...rest].join("\n");
}

function indented(text: string, width: number, by = 2): readonly string[] {
  if (text === "") return [];
  return wrapped(text, Math.max(1, width - by)).map((line) => `${" ".repeat(by)}${line}`);
}
