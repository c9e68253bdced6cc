import type { ShopAuditJson } from "../../audit/show/shop-audit-report.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { runShopAudit, shopAuditFlags } from "../../cli/run-shop-audit.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditOutbox extends OrdersCommand {
  static override summary =
    "Prove that the shop's events are its orders' changes, once and in order";
  static override description =
    "Reads all of the events' topic, and orders and outbox as of one moment, and holds them against each other by order id: every change of an order has its event, every event tells of a change, every event was published, none takes effect twice, and the events of an order stand in its order. Copies are counted, and are no violation. The verdict is consistent (exit 0), violated (1), or inconclusive (3): no orders, events that still wait after --settle, or a log that cannot be read as a whole. Changes nothing, and may run while the shop is at work.";
  static override examples = [
    "<%= config.bin %> audit outbox",
    "<%= config.bin %> audit outbox --settle 2m --details",
    "<%= config.bin %> audit outbox --json --junit outbox.xml",
  ];
  static override flags = {
    ...shopAuditFlags,
    ...settingFlags(
      "brokers",
      "eventsTopic",
      "databaseUrl",
      "connectTimeoutMs",
      "statementTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<ShopAuditJson | undefined> {
    const { flags } = await this.parse(AuditOutbox);
    return runShopAudit("outbox", this.output(), flags, this.resolvedToRead(flags).values);
  }
}
