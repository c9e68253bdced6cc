import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import type { RunListJson } from "../../load/show/run-list.ts";

export default class RunsList extends OrdersCommand {
  static override summary = "List the runs of `orders produce` that were written down";
  static override description =
    "Oldest first: when it began, its id, what was asked and of what, what became of it, and the size of its file under $XDG_STATE_HOME/orders/runs. Reads the two ends of each file, however long it is.";
  static override examples = [
    { description: "The last runs", command: "<%= config.bin %> runs list" },
    {
      description: "Files of those that were not delivered",
      command:
        "<%= config.bin %> runs list --json | jq -r '.runs[] | select(.verdict != \"delivered\") | .file'",
    },
  ];
  static override flags = {
    limit: Flags.integer({
      summary: "so many of the newest",
      default: 20,
      min: 1,
      max: 100_000,
      helpValue: "N",
    }),
  };

  async run(): Promise<RunListJson> {
    const { flags } = await this.parse(RunsList);
    const { listStoredRuns } = await import("../../load/wiring/stored-runs.ts");
    const { runListJson, runListText } = await import("../../load/show/run-list.ts");
    const { directory, runs } = await listStoredRuns();
    const shown = runs.slice(-flags.limit);
    this.print(runListText(directory, shown, process.stdout.columns));
    const older = runs.length - shown.length;
    if (older > 0) this.note(`${older} older are not shown; --limit shows more`);
    return runListJson(directory, shown);
  }
}
