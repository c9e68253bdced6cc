import type { ShopAuditJson } from "../../audit/show/shop-audit-report.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { runShopAudit, shopAuditFlags } from "../../cli/run-shop-audit.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditAnalytics extends OrdersCommand {
  static override summary = "Prove that the metrics are what the log of events says, to the cent";
  static override description =
    "Reads all of the events' topic up to the offsets that the analytics have stored, counts it again by a computation of its own, and holds the sums against sales_metrics, product_sales and order_summary, and the ids of the counted events against the log: all as of one moment. The verdict is consistent (exit 0), violated (1), or inconclusive (3): nothing counted, events that are not counted yet after --settle, or a log that no longer has its beginning. Changes nothing, and may run while the analytics are at work.";
  static override examples = [
    "<%= config.bin %> audit analytics",
    "<%= config.bin %> audit analytics --settle 2m --details",
    "<%= config.bin %> audit analytics --json --junit analytics.xml",
  ];
  static override flags = {
    ...shopAuditFlags,
    ...settingFlags(
      "brokers",
      "eventsTopic",
      "analyticsGroup",
      "databaseUrl",
      "connectTimeoutMs",
      "statementTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<ShopAuditJson | undefined> {
    const { flags } = await this.parse(AuditAnalytics);
    return runShopAudit("analytics", this.output(), flags, this.resolvedToRead(flags).values);
  }
}
