import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { StockList as Result } from "../../stock/list-stock.ts";

export default class StockList extends OrdersCommand {
  static override summary = "Show the stock of every product";
  static override examples = [
    "<%= config.bin %> stock list",
    "<%= config.bin %> stock list --json",
  ];
  static override flags = {
    limit: Flags.integer({
      summary: "most products shown",
      default: 1_000,
      min: 1,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<Result> {
    const { flags } = await this.parse(StockList);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { listStock } = await import("../../stock/list-stock.ts");
    const { stockTable } = await import("../../stock/show/stock-table.ts");
    const settings = this.resolvedToRead(flags).values;
    const list = await withDatabase(settings, "stock list", (database) =>
      listStock(database, flags.limit),
    );
    this.print(stockTable(list.products, process.stdout.columns));
    if (list.cut) this.note(`only the first ${flags.limit} products are shown; --limit shows more`);
    return list;
  }
}
