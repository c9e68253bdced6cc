import * as Flags from "@oclif/core/flags";
import type { RebuildResult } from "../../analytics/wiring/run-rebuild.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { readerFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AnalyticsRebuild extends OrdersCommand {
  static override summary =
    "Recompute the metrics from the log, and put them in place of the live ones";
  static override description =
    "Counts the topic of the orders' events from its start in tables of its own (schema analytics_rebuild), by the code that counts the live metrics; then puts the result in their place in one transaction. Whoever counts meanwhile goes on; for that transaction it waits. Interrupted before that, the live metrics stand as they were. Where retention has removed the log's beginning it says so and changes nothing, unless --accept-loss is given.";
  static override examples = ["<%= config.bin %> analytics rebuild"];
  static override flags = {
    "accept-loss": Flags.boolean({
      summary: "count what is left although the log no longer has its beginning",
      default: false,
    }),
    ...settingFlags("eventsTopic", "analyticsGroup", ...readerFlags),
  };

  async run(): Promise<RebuildResult> {
    const { flags } = await this.parse(AnalyticsRebuild);
    const { runRebuild } = await import("../../analytics/wiring/run-rebuild.ts");
    const { untilStopped } = await import("../../cli/until-stopped.ts");
    const settings = this.resolved(flags).values;
    const note = (line: string) => this.note(line);
    return untilStopped(note, "leaving the live metrics as they are", async (shutdown) => {
      const acceptLoss = flags["accept-loss"];
      const result = await runRebuild({ settings, acceptLoss, signal: shutdown.signal, log: note });
      const { counted, duplicates, dead, missing } = result;
      const lost = missing === 0 ? "" : `; ${missing} messages were in the log no more`;
      this.print(
        result.swapped
          ? `the metrics are those of ${counted} events now (${duplicates} copies, ${dead} not countable)${lost}`
          : "stopped; the live metrics stand as they were",
      );
      this.endWith(shutdown.exitCode);
      return result;
    });
  }
}
