import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { ActivityView } from "../../inspect/database/answers.ts";

export default class DbActivity extends OrdersCommand {
  static override summary = "Show what the sessions of the database do now";
  static override description =
    "The oldest transaction first: state, how long its transaction is open, how long its statement runs (or, when none runs, how long it has been in that state), what it waits for, and the statement. Users without pg_monitor see of others' sessions only that they are there.";
  static override examples = [
    { description: "Who works?", command: "<%= config.bin %> db activity" },
    { description: "Idle connections, too", command: "<%= config.bin %> db activity --all" },
    {
      description: "Transactions left open",
      command:
        "<%= config.bin %> db activity --json | jq '.sessions[] | select(.state == \"idle in transaction\")'",
    },
  ];
  static override flags = {
    all: Flags.boolean({ summary: "idle sessions, too", default: false }),
    limit: Flags.integer({
      summary: "most sessions shown",
      default: 100,
      min: 1,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<ActivityView> {
    const { flags } = await this.parse(DbActivity);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { readActivity } = await import("../../inspect/database/read-activity.ts");
    const { activityList } = await import("../../inspect/database/show/activity-list.ts");
    const { hiddenRemark } = await import("../../inspect/database/show/hidden-remark.ts");
    const { terminalOf } = await import("../../report/terminal.ts");
    const { all, limit } = flags;
    const view = await withDatabase(this.resolvedToRead(flags).values, "db activity", (database) =>
      readActivity(database, { all, limit }),
    );
    this.print(activityList(view, terminalOf(process.stdout, process.env).width));
    if (view.cut) this.note(`only the first ${limit} sessions are shown; --limit shows more`);
    if (view.hidden_sessions > 0) this.note(hiddenRemark(view.hidden_sessions, "session"));
    return view;
  }
}
