import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { StockChange } from "../../stock/change-stock.ts";

export default class StockAdd extends OrdersCommand {
  static override summary = "Add pieces to a product's stock, or take some away";
  static override description =
    "A negative number takes available pieces away, never more than there are. The change is recorded in stock_movements, in the same transaction.";
  static override examples = [
    "<%= config.bin %> stock add PROD007 100",
    "<%= config.bin %> stock add PROD007 -5 --reason damaged",
  ];
  static override args = {
    product: Args.string({ required: true, description: "product id" }),
    pieces: Args.string({ required: true, description: "how many; negative takes away" }),
  };
  static override flags = {
    reason: Flags.string({
      summary: "why, for stock_movements",
      default: "add",
      helpValue: "TEXT",
    }),
    ...settingFlags(...databaseFlags, "lockTimeoutMs"),
  };

  async run(): Promise<StockChange> {
    const { args, flags } = await this.parse(StockAdd);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { changeStock } = await import("../../stock/change-stock.ts");
    const { piecesOf, productIdOf, reasonOf } = await import("../../stock/stock-input.ts");
    const { stockChangeText } = await import("../../stock/show/stock-change-text.ts");
    const product = productIdOf(args.product);
    const request = { kind: "add", pieces: piecesOf(args.pieces) } as const;
    const options = { reason: reasonOf(flags.reason) };
    const change = await withDatabase(
      this.resolvedToChange(flags).values,
      "stock add",
      (database) => changeStock(database, product, request, options),
    );
    this.print(stockChangeText(change));
    return change;
  }
}
