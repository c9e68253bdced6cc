import type { MetricTable } from "../analytics/count-trace.ts";
import { type CountCheck, countCheck } from "../check.ts";
import { counted, failed, passed, Sightings, unknown } from "../finding.ts";

/** The check that one table of the metrics says what the log does, row by row, to the cent. */
export function tableEqualsLog(name: string, explanation: string, of: MetricTable): CountCheck {
  return countCheck({
    name,
    explanation,
    look: "metrics",
    needs: ["doubt"],
    judge({ doubt }) {
      let rows = 0;
      const wrong = new Sightings();
      return {
        see(trace) {
          if (trace.of !== "row" || trace.table !== of) return;
          rows += 1;
          const { row, expected, stored } = trace;
          const columns = Object.keys(expected).filter((each) => expected[each] !== stored[each]);
          if (columns.length === 0) return;
          const said = columns.map(
            (each) =>
              `${each} ${shown(each, row, stored)}, the log says ${shown(each, row, expected)}`,
          );
          wrong.add(`${row} (${said.join("; ")})`);
        },
        finding() {
          const text = {
            expected: `${counted(rows, "row")} as the log says`,
            found: wrong.count === 0 ? `${rows} equal` : `${wrong.count} different`,
            examples: wrong.examples,
          };
          if (rows === 0) return unknown(name, { ...text, detail: "nothing was counted" });
          if (wrong.count === 0) return passed(name, text);
          if (doubt !== undefined) {
            return unknown(name, { ...text, detail: `it cannot be counted again: ${doubt}` });
          }
          return failed(name, {
            ...text,
            detail: `${counted(wrong.count, "row")} of analytics.${of} ${wrong.count === 1 ? "says" : "say"} other than the log: ${wrong.examples[0]}`,
          });
        },
      };
    },
  });
}

/** Cents as currency. */
function shown(column: string, row: string, values: Readonly<Record<string, string>>): string {
  const value = values[column] ?? "0";
  if (column !== "cents" && row !== "revenue_total") return value;
  if (!/^-?\d+$/.test(value)) return `${value} cents`;
  const digits = value.replace("-", "").padStart(3, "0");
  return `${value.startsWith("-") ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
