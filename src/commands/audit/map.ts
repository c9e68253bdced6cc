import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaFlags, settingFlags } from "../../cli/setting-flags.ts";

interface MapJson {
  /** The file, in TOML. */
  readonly mapping: string;
  /** Keys that a person should look at, each with why. */
  readonly unsure: readonly string[];
  /** Where it was written; null: printed. */
  readonly written_to: string | null;
}

export default class AuditMap extends OrdersCommand {
  static override summary = "Draft the mapping with which the audits read another system";
  static override description =
    `Looks at the tables of a database and at the last messages of a topic, and drafts a commented file
for --mapping: which table and columns are the orders' and the stock's, what the statuses mean, where
a message has what. It goes by names that are alike and types that fit, marks what is doubtful
with ???, and lists that on stderr. Changes nothing, and reads through no consumer group.`;
  static override examples = [
    "<%= config.bin %> audit map --database-url postgresql://auditor@db/sales --brokers kafka:9092 --topic sales > theirs.toml",
    "<%= config.bin %> audit map --out theirs.toml && <%= config.bin %> audit doctor --mapping theirs.toml",
  ];
  static override flags = {
    out: Flags.string({
      summary: "write it to this file, which must not exist yet, in place of stdout",
      helpValue: "FILE",
    }),
    ...settingFlags("topic", "databaseUrl", "statementTimeoutMs", ...kafkaFlags),
  };

  async run(): Promise<MapJson> {
    const { flags } = await this.parse(AuditMap);
    const { draftMapping } = await import("../../audit/wiring/draft-mapping.ts");
    const { writeNewFile } = await import("../../cli/write-new-file.ts");
    const { text, unsure } = await draftMapping(this.resolvedToRead(flags).values);
    if (flags.out === undefined) this.print(text.trimEnd());
    else writeNewFile(flags.out, text);
    if (unsure.length > 0)
      this.note(["Look at these:", ...unsure.map((each) => `  ${each}`)].join("\n"));
    if (flags.out !== undefined) {
      this.note(
        `Drafted: ${flags.out}. Whether it fits: orders audit doctor --mapping ${flags.out}`,
      );
    }
    return { mapping: text, unsure, written_to: flags.out ?? null };
  }
}
