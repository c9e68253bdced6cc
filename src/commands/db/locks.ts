import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { LockForest } from "../../inspect/database/answers.ts";

/** Naming a locked row must not wait behind the very lock it reports. */
const lockTimeoutMs = 250;

export default class DbLocks extends OrdersCommand {
  static override summary = "Show who blocks whom in the database";
  static override description =
    "Sessions that wait for a lock, below those that hold it: what each waits for, how long, and its statement. A session that waits behind several is shown once, with the others named. Users without pg_monitor see who waits for whom, but not the statements of others.";
  static override examples = [
    { description: "Who holds up the consumers?", command: "<%= config.bin %> db locks" },
    {
      description: "PIDs at the root of every wait",
      command: "<%= config.bin %> db locks --json | jq '.blockers[].session.pid'",
    },
    {
      description: "End a session that blocks the others",
      command: "<%= config.bin %> db query --write --as-owner 'SELECT pg_terminate_backend(12345)'",
    },
  ];
  static override flags = {
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<LockForest> {
    const { flags } = await this.parse(DbLocks);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { readLocks } = await import("../../inspect/database/read-locks.ts");
    const { lockTree } = await import("../../inspect/database/show/lock-tree.ts");
    const { hiddenRemark } = await import("../../inspect/database/show/hidden-remark.ts");
    const { terminalOf } = await import("../../report/terminal.ts");
    const settings = { ...this.resolvedToRead(flags).values, lockTimeoutMs };
    const forest = await withDatabase(settings, "db locks", readLocks);
    this.print(lockTree(forest, terminalOf(process.stdout, process.env).width));
    if (forest.hidden_sessions > 0) this.note(hiddenRemark(forest.hidden_sessions, "session"));
    return forest;
  }
}
