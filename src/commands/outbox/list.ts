import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";
import type { OutboxEventJson } from "../../shop/show/outbox.ts";
import type { OutboxCount, OutboxStatus } from "../../shop/sql/outbox-questions.ts";

interface OutboxListJson {
  readonly counts: readonly OutboxCount[];
  readonly events: readonly OutboxEventJson[];
  readonly cut: boolean;
}

export default class OutboxList extends OrdersCommand {
  static override summary = "Show what waits in the shop's outbox, and what holds back what";
  static override description =
    "Counts by status with the age of the oldest, then events, the oldest first. NEW waits for a relay; FAILED was refused by Kafka and is tried again later; PARKED was given up with its reason and holds back its order's later events until `orders outbox retry`; SENT is in Kafka, in all in-sync replicas.";
  static override examples = [
    { description: "What is stuck", command: "<%= config.bin %> outbox list" },
    { description: "What waits", command: "<%= config.bin %> outbox list --status NEW" },
  ];
  static override flags = {
    status: Flags.string({
      summary: "only events of this status; default: FAILED and PARKED",
      options: ["NEW", "FAILED", "PARKED", "SENT"],
      multiple: true,
    }),
    limit: Flags.integer({
      summary: "most events shown; 0 shows the counts alone",
      default: 20,
      min: 0,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags("databaseUrl", "connectTimeoutMs", "statementTimeoutMs"),
  };

  async run(): Promise<OutboxListJson> {
    const { flags } = await this.parse(OutboxList);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { demandShopTables } = await import("../../shop/wiring/demand-shop-tables.ts");
    const { countOutbox, selectOutbox } = await import("../../shop/sql/outbox-questions.ts");
    const { outboxEventJson, outboxListText } = await import("../../shop/show/outbox.ts");
    const settings = this.resolvedToRead(flags).values;
    const statuses = (flags.status ?? ["FAILED", "PARKED"]) as readonly OutboxStatus[];
    const { counts, rows } = await withDatabase(settings, "outbox list", async (database) => {
      await demandShopTables(database, settings.databaseUrl);
      const rows = await selectOutbox(database, statuses, flags.limit + 1);
      return { counts: await countOutbox(database), rows };
    });
    const events = rows.slice(0, flags.limit).map(outboxEventJson);
    this.print(outboxListText(counts, events, process.stdout.columns));
    const cut = rows.length > flags.limit;
    if (cut && flags.limit > 0)
      this.note(`only the oldest ${flags.limit} are shown; --limit shows more`);
    return { counts, events, cut };
  }
}
