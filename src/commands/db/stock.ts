import * as Flags from "@oclif/core/flags";
import type { StockAgreement } from "../../audit/stock-agreement.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class DbStock extends OrdersCommand {
  static override summary = "Hold the stock against the orders; exit 1 where they disagree";
  static override description =
    "Per product: available, reserved and total of the inventory, and the pieces in reserved order lines, from one snapshot, so the answer is exact while orders are being reserved. They disagree when an update was lost, a product was oversold, or somebody changed a row by hand. Reads every order (about 0.2 s a million); `orders stock list` only shows the stock, `orders verify` and `orders audit` also hold it against the log.";
  static override examples = [
    "<%= config.bin %> db stock",
    {
      description: "In a script: the exit code says it",
      command: "<%= config.bin %> db stock --json > stock.json || echo 'stock and orders disagree'",
    },
    {
      description: "What other programs did to their tables",
      command: "<%= config.bin %> db stock --database-url postgresql://…",
    },
  ];
  static override flags = {
    limit: Flags.integer({
      summary: "most products shown; those that disagree come first",
      default: 1_000,
      min: 1,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<StockAgreement> {
    const { flags } = await this.parse(DbStock);
    const { exitCodeOf } = await import("../../failure/failure.ts");
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { readStockAgreement } = await import("../../audit/read-stock-agreement.ts");
    const { stockAgreementTable } = await import("../../audit/show/stock-agreement-table.ts");
    const { painter, terminalOf } = await import("../../report/terminal.ts");
    const agreement = await withDatabase(
      this.resolvedToRead(flags).values,
      "db stock",
      (database) => readStockAgreement(database, flags.limit),
    );
    const paint = painter(terminalOf(process.stdout, process.env));
    this.print(stockAgreementTable(agreement, process.stdout.columns, paint));
    if (!agreement.agrees) this.endWith(exitCodeOf.violation);
    return agreement;
  }
}
