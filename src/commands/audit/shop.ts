import type { ShopAuditJson } from "../../audit/show/shop-audit-report.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { runShopAudit, shopAuditFlags } from "../../cli/run-shop-audit.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditShop extends OrdersCommand {
  static override summary =
    "Prove that the shop, its events and the reservation agree, order by order";
  static override description =
    "Reads the shop's orders, what the reservation has of them and the stock as of one moment, and all of the events' topic, and holds them against each other by order id: totals are the sum of their items, events say what the shop says, every order has one outcome with its own lines, cancelled ones hold no stock, shipped ones have left it, nothing came back or left twice, and the stock is what the orders make of it. The verdict is consistent (exit 0), violated (1), or inconclusive (3): no orders, or messages that are still under way after --settle. Changes nothing; orders that change while it is at work are not judged.";
  static override examples = [
    "<%= config.bin %> audit shop",
    "<%= config.bin %> audit shop --settle 2m --details",
    "<%= config.bin %> audit shop --json --junit shop.xml",
  ];
  static override flags = {
    ...shopAuditFlags,
    ...settingFlags(
      "brokers",
      "topic",
      "group",
      "eventsTopic",
      "databaseUrl",
      "connectTimeoutMs",
      "statementTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<ShopAuditJson | undefined> {
    const { flags } = await this.parse(AuditShop);
    return runShopAudit("shop", this.output(), flags, this.resolvedToRead(flags).values);
  }
}
