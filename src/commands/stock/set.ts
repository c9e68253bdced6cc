import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { StockChange } from "../../stock/change-stock.ts";

export default class StockSet extends OrdersCommand {
  static override summary = "Set how many pieces of a product are available";
  static override description =
    "The total follows; reserved pieces stay with their orders. The change is recorded in stock_movements, in the same transaction.";
  static override examples = [
    "<%= config.bin %> stock set PROD007 --available 60",
    '<%= config.bin %> stock set PROD011 --available 500 --create --name "Docking Station" --price 179.50',
  ];
  static override args = { product: Args.string({ required: true, description: "product id" }) };
  static override flags = {
    available: Flags.integer({
      summary: "pieces that are available afterwards",
      required: true,
      min: 0,
      helpValue: "N",
    }),
    reason: Flags.string({
      summary: "why, for stock_movements",
      default: "set",
      helpValue: "TEXT",
    }),
    create: Flags.boolean({
      // No default: oclif takes a default for a flag that was given, and asks for its companions.
      summary: "create the product if it does not exist",
      dependsOn: ["name", "price"],
    }),
    name: Flags.string({ summary: "name of the new product", dependsOn: ["create"] }),
    price: Flags.string({
      summary: "unit price of the new product, e.g. 19.99",
      dependsOn: ["create"],
    }),
    ...settingFlags(...databaseFlags, "lockTimeoutMs"),
  };

  async run(): Promise<StockChange> {
    const { args, flags } = await this.parse(StockSet);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { changeStock } = await import("../../stock/change-stock.ts");
    const { newProduct, productIdOf, reasonOf } = await import("../../stock/stock-input.ts");
    const { stockChangeText } = await import("../../stock/show/stock-change-text.ts");
    const product = productIdOf(args.product);
    const options = {
      reason: reasonOf(flags.reason),
      create: flags.create ? newProduct(flags.name, flags.price) : undefined,
    };
    const request = { kind: "set", available: flags.available } as const;
    const change = await withDatabase(
      this.resolvedToChange(flags).values,
      "stock set",
      (database) => changeStock(database, product, request, options),
    );
    this.print(stockChangeText(change));
    return change;
  }
}
