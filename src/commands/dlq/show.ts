import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { DeadLetterViewJson } from "../../letters/show/dead-letter.ts";

export default class DlqShow extends OrdersCommand {
  static override summary = "Show everything about one dead letter";
  static override description =
    "Reason and detail, the message's key and value as they stood in the log (bytes that are no text as \\xNN), its order's outcome, whether it is in the dead-letter topic, and what a replay would do.";
  static override examples = [
    { description: "By its id", command: "<%= config.bin %> dlq show 7" },
    {
      description: "By where its message stood: topic/partition/offset",
      command: "<%= config.bin %> dlq show orders-placed/3/4711 --hex",
    },
    {
      description: "The value's exact bytes",
      command:
        "<%= config.bin %> dlq show 7 --json | jq -r 'if .value.encoding == \"base64\" then .value.text else (.value.text|@base64) end' | base64 -d",
    },
  ];
  static override args = {
    letter: Args.string({ required: true, description: "id, or topic/partition/offset" }),
  };
  static override flags = {
    hex: Flags.boolean({ summary: "key and value in hexadecimal", default: false }),
    bytes: Flags.integer({
      summary: "most bytes of the value that are shown (--json has all)",
      default: 4_096,
      min: 0,
      max: 100_000_000,
      helpValue: "N",
    }),
    ...settingFlags("dlqTopic", ...databaseFlags),
  };

  async run(): Promise<DeadLetterViewJson> {
    const { args, flags } = await this.parse(DlqShow);
    const { parseLetterRef } = await import("../../letters/letter-ref.ts");
    const { showLetter } = await import("../../letters/show-letter.ts");
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { deadLetterText, deadLetterViewJson } = await import(
      "../../letters/show/dead-letter.ts"
    );
    const ref = parseLetterRef(args.letter);
    const settings = this.resolvedToRead(flags).values;
    const shown = await withDatabase(settings, "dlq show", (database) => showLetter(database, ref));
    this.print(deadLetterText(shown, settings.dlqTopic, { hex: flags.hex, bytesMax: flags.bytes }));
    return deadLetterViewJson(shown, settings.dlqTopic);
  }
}
