import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { StockSpread } from "../../stock/spread-stock.ts";

export default class StockSpreadCommand extends OrdersCommand {
  static override summary = "Spread a hot product over several slots, for the strategy spread";
  static override description =
    "Orders of the product then queue for inventory's one row only while they commit. The row in inventory stays exact at every moment, for every reader and beside every other strategy or program; `orders stock gather` takes the slots away again. Consumers may run meanwhile. Given again, it allots anew what is available now.";
  static override examples = [
    "<%= config.bin %> stock spread PROD007 --slots 8",
    "<%= config.bin %> stock spread PROD007 --slots 8 --json",
  ];
  static override args = { product: Args.string({ required: true, description: "product id" }) };
  static override flags = {
    slots: Flags.integer({
      summary:
        "how many; as many as transactions may want the product at once (workers × instances)",
      required: true,
      min: 1,
      max: 64,
      helpValue: "N",
    }),
    ...settingFlags(...databaseFlags, "lockTimeoutMs"),
  };

  async run(): Promise<StockSpread> {
    const { args, flags } = await this.parse(StockSpreadCommand);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { spreadStock } = await import("../../stock/spread-stock.ts");
    const { productIdOf } = await import("../../stock/stock-input.ts");
    const { stockSpreadText } = await import("../../stock/show/stock-spread-text.ts");
    const product = productIdOf(args.product);
    const spread = await withDatabase(
      this.resolvedToChange(flags).values,
      "stock spread",
      (database) => spreadStock(database, product, flags.slots),
    );
    this.print(stockSpreadText(spread));
    return spread;
  }
}
