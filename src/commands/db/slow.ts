import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { SlowStatements } from "../../inspect/database/answers.ts";

export default class DbSlow extends OrdersCommand {
  static override summary = "Show which statements cost the database how much";
  static override description =
    "From pg_stat_statements, which the stacks of `orders up` have: per normalised statement its share of the time of all, calls, mean and longest run, rows, blocks found in shared buffers (cached), and bytes of write-ahead log. Statements that run inside another (in a function) are counted too, marked nested.";
  static override examples = [
    { description: "What takes the time", command: "<%= config.bin %> db slow" },
    {
      description: "The ten slowest by the mean",
      command: "<%= config.bin %> db slow --by mean --limit 10",
    },
    {
      description: "Measure one load: begin to count anew, load, look",
      command:
        "<%= config.bin %> db slow --reset && <%= config.bin %> produce --rate 1000 --duration 30s && <%= config.bin %> db slow",
    },
  ];
  static override flags = {
    by: Flags.string({
      summary: "what is sorted by",
      options: ["total", "mean", "calls"],
      default: "total",
    }),
    limit: Flags.integer({
      summary: "most statements shown",
      default: 20,
      min: 1,
      max: 5_000,
      helpValue: "N",
    }),
    reset: Flags.boolean({
      summary: "after this answer, begin to count anew (this database only)",
      default: false,
    }),
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<SlowStatements> {
    const { flags } = await this.parse(DbSlow);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { readSlowStatements } = await import("../../inspect/database/read-slow-statements.ts");
    const { slowList } = await import("../../inspect/database/show/slow-list.ts");
    const { hiddenRemark } = await import("../../inspect/database/show/hidden-remark.ts");
    const { terminalOf } = await import("../../report/terminal.ts");
    const by = flags.by as SlowStatements["by"];
    const { limit, reset } = flags;
    // Beginning to count anew is the owner's.
    const { values } = reset ? this.resolvedToChange(flags) : this.resolvedToRead(flags);
    const view = await withDatabase(values, "db slow", (database) =>
      readSlowStatements(database, { by, limit, reset }),
    );
    this.print(slowList(view, terminalOf(process.stdout, process.env).width));
    if (view.hidden_statements > 0) this.note(hiddenRemark(view.hidden_statements, "statement"));
    if (reset) this.note("Counting begins anew from here.");
    return view;
  }
}
