import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { DatabaseSizes } from "../../inspect/database/answers.ts";

export default class DbSize extends OrdersCommand {
  static override summary = "Show how large tables, indexes and the database are";
  static override description =
    "Bytes are exact, numbers of rows are estimates of the statistics: nothing is counted, so the answer is quick at any size. Says where dead rows or empty space pile up, which open transaction keeps them, and which index was never used; of the shop's outbox how much is to be sent. 1 MiB = 1,048,576 bytes.";
  static override examples = [
    "<%= config.bin %> db size",
    {
      description: "Bytes of the orders",
      command:
        "<%= config.bin %> db size --json | jq '.tables[] | select(.table == \"orders\").total_bytes'",
    },
  ];
  static override flags = {
    limit: Flags.integer({
      summary: "most tables, and most indexes shown",
      default: 50,
      min: 1,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags(...databaseFlags, "lockTimeoutMs"),
  };

  async run(): Promise<DatabaseSizes> {
    const { flags } = await this.parse(DbSize);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { readSizes } = await import("../../inspect/database/read-sizes.ts");
    const { sizeTables } = await import("../../inspect/database/show/size-tables.ts");
    const sizes = await withDatabase(this.resolvedToRead(flags).values, "db size", (database) =>
      readSizes(database, flags.limit),
    );
    this.print(sizeTables(sizes, process.stdout.columns));
    if (sizes.cut) this.note(`only the largest ${flags.limit} are shown; --limit shows more`);
    return sizes;
  }
}
