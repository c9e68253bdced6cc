import * as Args from "@oclif/core/args";
import { OrdersCommand } from "../../cli/orders-command.ts";
import type { RunHeader, RunResult } from "../../load/runs/run-lines.ts";

interface RunShowJson {
  readonly file: string;
  readonly header: RunHeader | null;
  /** null: it did not end. */
  readonly result: RunResult | null;
}

export default class RunsShow extends OrdersCommand {
  static override summary =
    "Show where a run came from: command, settings, machine, revision, seed";
  static override description =
    "Everything that was in force, from wherever it came, with secrets masked. `orders report` tells what became of its orders.";
  static override examples = [
    { description: "The last run", command: "<%= config.bin %> runs show" },
    {
      description: "The command that repeats a run",
      command: "<%= config.bin %> runs show 3f2a --json | jq -r .header.command",
    },
  ];
  static override args = {
    run: Args.string({
      default: "latest",
      description: "latest, the beginning of a run's id or name, or its file",
    }),
  };

  async run(): Promise<RunShowJson> {
    const { args } = await this.parse(RunsShow);
    const { digestStoredRun } = await import("../../load/wiring/stored-runs.ts");
    const { runShowText } = await import("../../load/show/run-list.ts");
    const digest = await digestStoredRun(args.run);
    this.print(runShowText(digest, process.stdout.columns));
    const { header, result, path: file } = digest;
    return { file, header: header ?? null, result: result ?? null };
  }
}
