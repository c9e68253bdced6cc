import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";
import { exitCodeOf } from "../../failure/failure.ts";
import type { ReplayJson } from "../../letters/show/replay.ts";

export default class DlqReplay extends OrdersCommand {
  static override summary = "Produce dead letters to the orders' topic again, after a fix";
  static override description =
    `The original key and value go to the partition they came from, with the headers orders-dead-letter (topic/partition/offset), orders-dead-letter-id and orders-replay. Every attempt is recorded before it is sent and after it is acknowledged, in dead_letter_replays. A replay that was interrupted, even by kill -9, is run again safely: it looks into the log for what was on its way before it sends anything. One replay runs at a time.

Skipped, unless --force:
- a letter that was replayed before, or was dead-lettered again (then replay the new letter)
- a letter whose order has been decided since. A conflicting_duplicate is always one: the first message of its order stands. Forced, it is dead-lettered once more.
- a letter that this version of orders would refuse again, as it stands: a tombstone has no value, broken JSON stays broken. Forced, it becomes a new letter. Put it right where it came from instead.

However often a message is produced, its order is decided once: the order id decides.

Exit code 0 when all was replayed or skipped, 4 when one could not be produced.`;
  static override examples = [
    {
      description: "See what would happen",
      command: "<%= config.bin %> dlq replay --all --dry-run",
    },
    { description: "Two letters", command: "<%= config.bin %> dlq replay 7 orders-placed/3/4711" },
    {
      description: "All of one reason, after the fix",
      command: "<%= config.bin %> dlq replay --reason unprocessable",
    },
  ];
  static override strict = false;
  static override args = {
    letters: Args.string({ description: "ids, or topic/partition/offset of the messages" }),
  };
  static override flags = {
    reason: Flags.string({ summary: "all letters of this reason", helpValue: "REASON" }),
    all: Flags.boolean({ summary: "all letters", default: false }),
    "dry-run": Flags.boolean({ summary: "say what would happen; produce nothing", default: false }),
    force: Flags.boolean({ summary: "what is skipped otherwise, too", default: false }),
    limit: Flags.integer({
      summary: "most letters looked at in one run",
      default: 10_000,
      min: 1,
      max: 1_000_000,
      helpValue: "N",
    }),
    ...settingFlags(
      "topic",
      "brokers",
      "databaseUrl",
      "connectTimeoutMs",
      "requestTimeoutMs",
      "statementTimeoutMs",
      "lockTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<ReplayJson> {
    const { argv, flags } = await this.parse(DlqReplay);
    const { replayRequest } = await import("../../letters/replay-request.ts");
    const { replayLetters } = await import("../../letters/replay-letters.ts");
    const { replayJson, replayText } = await import("../../letters/show/replay.ts");
    const { untilStopped } = await import("../../cli/until-stopped.ts");
    const dryRun = flags["dry-run"];
    const { reason, all, force, limit } = flags;
    const chosen = replayRequest(argv as string[], { reason, all });
    const settings = this.resolvedToChange(flags).values;
    const note = (line: string) => this.note(line);
    return untilStopped(note, "finishing the batch in hand", async (shutdown) => {
      const { signal } = shutdown;
      const onProgress = (looked: number) => {
        if (looked >= 500) note(`${looked} letters looked at`);
      };
      const options = { ...chosen, force, dryRun, limit, signal, onProgress };
      const summary = await replayLetters(settings, options);
      const result = replayJson(summary, { topic: settings.topic, dryRun });
      this.print(replayText(result, process.stdout.columns));
      if (result.cut) note("there are more letters; run it again, or raise --limit");
      this.endWith(shutdown.exitCode || (result.failed > 0 ? exitCodeOf.environment : 0));
      return result;
    });
  }
}
