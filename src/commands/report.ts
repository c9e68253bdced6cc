import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import type { RunReportJson } from "../load/show/run-json.ts";

export default class Report extends OrdersCommand {
  static override summary = "Report a run of `orders produce` from its file, at any time";

  // Lines of 78: oclif indents by two, and keeps the breaks.
  static override description = `\
Everything comes from the raw file: counts, rates and the four latencies from
the histograms of each second, merged and never averaged. A run that was
killed reports what it had written, and says that it did not end.

The page is one file that needs nothing else: charts, the tables behind them,
machine and settings. --json follows schemas/orders-report-1.schema.json,
which is part of the package. The exit code is 0 whatever became of the run.`;

  static override examples = [
    { description: "The last run", command: "<%= config.bin %> report" },
    {
      description: "A page to send to somebody",
      command: "<%= config.bin %> report latest --html run.html",
    },
    {
      description: "A run by the beginning of its id, for a pull request",
      command: "<%= config.bin %> report 3f2a --md",
    },
    {
      description: "The 99th percentile of response, second by second",
      command:
        "<%= config.bin %> report --json | jq -r '.series[] | [.second, .latency_ms.response.p99] | @tsv'",
    },
  ];

  static override args = {
    run: Args.string({
      default: "latest",
      description: "latest, the beginning of a run's id or name, or its file",
    }),
  };

  static override flags = {
    history: Flags.string({
      helpValue: "FILE",
      summary: "report the orders of a history in place of a run",
    }),
    html: Flags.string({ helpValue: "FILE", summary: "also write a page to this file" }),
    junit: Flags.string({
      helpValue: "FILE",
      summary: "also write delivery and audit as test cases to this file (JUnit's XML)",
    }),
    md: Flags.boolean({ summary: "print Markdown" }),
  };

  async run(): Promise<RunReportJson> {
    const { args, flags } = await this.parse(Report);
    const { digestStoredRun } = await import("../load/wiring/stored-runs.ts");
    const { runReportJson } = await import("../load/show/run-json.ts");
    const { reportRun } = await import("../cli/report-run.ts");
    const { digestHistory } = await import("../load/runs/history-slices.ts");
    const { history } = flags;
    const digest = await reportRun(this.output(), flags, () =>
      history === undefined ? digestStoredRun(args.run) : digestHistory(history),
    );
    return runReportJson(digest);
  }
}
