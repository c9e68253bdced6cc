import * as Args from "@oclif/core/args";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { StockSpread } from "../../stock/spread-stock.ts";

export default class StockGather extends OrdersCommand {
  static override summary = "Take the slots of a spread product away";
  static override description =
    "The stock stays as it is: slots hold none. Consumers may run meanwhile, with the strategy spread, too. A product that is not spread stays so.";
  static override examples = ["<%= config.bin %> stock gather PROD007"];
  static override args = { product: Args.string({ required: true, description: "product id" }) };
  static override flags = {
    ...settingFlags(...databaseFlags, "lockTimeoutMs"),
  };

  async run(): Promise<StockSpread> {
    const { args, flags } = await this.parse(StockGather);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { spreadStock } = await import("../../stock/spread-stock.ts");
    const { productIdOf } = await import("../../stock/stock-input.ts");
    const { stockSpreadText } = await import("../../stock/show/stock-spread-text.ts");
    const product = productIdOf(args.product);
    const gathered = await withDatabase(
      this.resolvedToChange(flags).values,
      "stock gather",
      (database) => spreadStock(database, product, 0),
    );
    this.print(stockSpreadText(gathered));
    return gathered;
  }
}
