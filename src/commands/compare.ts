import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { exitCodeOf } from "../failure/failure.ts";
import type { CompareJson } from "../load/show/compare-text.ts";

export default class Compare extends OrdersCommand {
  static override summary =
    "Put two runs side by side: what changed, and whether it is more than noise";

  // Lines of 78: oclif indents by two, and keeps the breaks.
  static override description = `\
Noise is what the runs' own seconds show: blocks of them are drawn anew a
thousand times (block bootstrap; latencies from the merged histograms of the
seconds that were drawn), and a change counts where it lies outside of what
that makes, with 95 % for all figures together. What differs from one run to
the next and never within one (another process, another hour) is not seen:
where it matters, compare several pairs.

With --fail-if-worse the exit code is 6 where a figure of the system is worse
by so much or more, and by more than noise; the generator's own are shown
alone. Runs with another target or rate are refused (2), and such as have
fewer than 20 whole seconds (3).`;

  static override examples = [
    { description: "Two runs by their ids", command: "<%= config.bin %> compare 3f2a 77e4" },
    {
      description: "In CI: the last run against one that was kept",
      command: "<%= config.bin %> compare baseline.ndjson latest --fail-if-worse 10%",
    },
  ];

  static override args = {
    a: Args.string({ required: true, description: "before: an id, a name, a file, latest" }),
    b: Args.string({ required: true, description: "after" }),
  };

  static override flags = {
    "fail-if-worse": Flags.string({
      helpValue: "P%",
      summary: "exit 6 where a figure is worse by so much or more, and by more than noise",
    }),
    seed: Flags.string({
      default: "compare",
      helpValue: "TEXT",
      summary: "of the drawing: the same gives the same bounds",
    }),
  };

  async run(): Promise<CompareJson> {
    const { args, flags } = await this.parse(Compare);
    const { failedFigures, parseFailIfWorse } = await import(
      "../load/runs/compare/fail-if-worse.ts"
    );
    const { compareRuns } = await import("../load/runs/compare/compare-runs.ts");
    const { demandComparable, differences } = await import(
      "../load/runs/compare/demand-comparable.ts"
    );
    const { readStoredBeats } = await import("../load/wiring/stored-runs.ts");
    const { comparedRunJson, compareText } = await import("../load/show/compare-text.ts");
    const { terminalOf } = await import("../report/terminal.ts");
    const asked = flags["fail-if-worse"];
    const bound = asked === undefined ? undefined : parseFailIfWorse(asked);
    const [a, b] = [await readStoredBeats(args.a), await readStoredBeats(args.b)];
    demandComparable(a, b);
    const comparison = compareRuns(a, b, flags.seed);
    const json: CompareJson = {
      ...{ a: comparedRunJson(a), b: comparedRunJson(b) },
      ...comparison,
      fail_if_worse: bound ?? null,
      failed: failedFigures(comparison.figures, bound),
      differences: differences(a.header, b.header),
    };
    this.print(compareText(json, terminalOf(process.stdout, process.env)));
    if (json.failed.length > 0) this.endWith(exitCodeOf.threshold);
    return json;
  }
}
