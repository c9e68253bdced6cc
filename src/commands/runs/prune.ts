import * as Flags from "@oclif/core/flags";
import { OrdersCommand, yesFlag } from "../../cli/orders-command.ts";
import { Failure } from "../../failure/failure.ts";

interface RunsPruneJson {
  readonly removed: readonly string[];
  readonly bytes: number;
  readonly failed: readonly { readonly file: string; readonly reason: string }[];
}

export default class RunsPrune extends OrdersCommand {
  static override summary = "Remove the files of old runs";
  static override description =
    "Only what says in its first line that it is a run, and no run that is under way. With both flags, what is older and not among the newest goes.";
  static override examples = [
    { description: "All but the last 50", command: "<%= config.bin %> runs prune --keep 50" },
    {
      description: "In a script: what was written more than 30 days ago, but ten stay",
      command: "<%= config.bin %> runs prune --older-than 720h --keep 10 --yes",
    },
  ];
  static override flags = {
    keep: Flags.integer({ summary: "so many of the newest stay", min: 0, helpValue: "N" }),
    "older-than": Flags.string({
      summary: "only what was written longer ago: 36h, 720h",
      helpValue: "D",
    }),
    yes: yesFlag,
  };

  async run(): Promise<RunsPruneJson> {
    const { flags } = await this.parse(RunsPrune);
    const { keep, "older-than": olderThan } = flags;
    if (keep === undefined && olderThan === undefined)
      throw new Failure("usage", {
        what: "neither --keep nor --older-than was given",
        meaning: "all runs would go",
        remedy: "say which stay: --keep 50, --older-than 720h; --keep 0 removes all",
      });
    const { parseDuration } = await import("../../ports/duration.ts");
    const { storedRunsToPrune } = await import("../../load/wiring/stored-runs.ts");
    const { pruneRuns } = await import("../../load/runs/prune-runs.ts");
    const { prunedLine, pruneLoss } = await import("../../load/show/run-list.ts");
    const limits = { minMs: 0, maxMs: 100_000 * 3_600_000 };
    const runs = await storedRunsToPrune({
      keep,
      writtenBeforeMs:
        olderThan === undefined
          ? undefined
          : Date.now() - parseDuration(olderThan, "--older-than", limits),
    });
    if (runs.length > 0) await this.demandConsent(flags.yes, pruneLoss(runs));
    const { removed, failed } = pruneRuns(runs);
    this.print(prunedLine(removed));
    if (failed.length > 0)
      throw new Failure("environment", {
        what: `${failed.length} of ${runs.length} runs could not be removed: ${failed[0]?.reason ?? ""}`,
        remedy: "run it as the user who may write there",
      });
    return {
      removed: removed.map(({ path }) => path),
      bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
      failed: failed.map(({ run, reason }) => ({ file: run.path, reason })),
    };
  }
}
