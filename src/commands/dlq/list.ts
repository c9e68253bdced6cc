import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import { shown } from "../../failure/shown.ts";
import type { DeadLetterListJson } from "../../letters/show/dead-letters.ts";

export default class DlqList extends OrdersCommand {
  static override summary = "Show what is dead-lettered, and why";
  static override description =
    "Reads the table dead_letters, in which every dead letter is before it is in the dead-letter topic: counts per reason, then the newest letters, each with its message (topic/partition/offset), why, and its state: published to the topic or not, replayed by `orders dlq replay`, dead-lettered again.";
  static override examples = [
    { description: "Counts, and the newest letters", command: "<%= config.bin %> dlq list" },
    {
      description: "Of one reason, in the last two hours",
      command: "<%= config.bin %> dlq list --reason invalid_field --since 2h",
    },
    {
      description: "The ids of all, for a script",
      command: "<%= config.bin %> dlq list --limit 10000 --json | jq '.letters[].dead_letter_id'",
    },
  ];
  static override flags = {
    reason: Flags.string({ summary: "only letters of this reason", helpValue: "REASON" }),
    since: Flags.string({
      summary: "only letters recorded since: 15m, 2h (ago), or a date with or without time",
      helpValue: "TIME",
    }),
    limit: Flags.integer({
      summary: "most letters shown; 0 shows the counts alone",
      default: 20,
      min: 0,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<DeadLetterListJson> {
    const { flags } = await this.parse(DlqList);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { listLetters } = await import("../../letters/list-letters.ts");
    const { parsePointInTime } = await import("../../runtime/settings/parse-point-in-time.ts");
    const { deadLetterListJson, deadLetterListText } = await import(
      "../../letters/show/dead-letters.ts"
    );
    const { since } = flags;
    const filter = {
      reason: flags.reason ?? null,
      since: since === undefined ? null : parsePointInTime(since, "--since", Date.now()),
    };
    const list = await withDatabase(this.resolvedToRead(flags).values, "dlq list", (database) =>
      listLetters(database, filter, flags.limit),
    );
    const result = deadLetterListJson(list);
    const restricted = flags.reason !== undefined || since !== undefined;
    if (result.total === 0 && restricted)
      this.print(
        flags.reason === undefined
          ? "no dead letters match"
          : `no dead letters with the reason "${shown(flags.reason)}" match`,
      );
    else this.print(deadLetterListText(result, process.stdout.columns));
    if (result.cut && flags.limit > 0)
      this.note(`only the newest ${flags.limit} letters are shown; --limit shows more`);
    return result;
  }
}
