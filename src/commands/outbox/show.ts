import * as Args from "@oclif/core/args";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";
import { Failure } from "../../failure/failure.ts";
import type { OutboxEventJson } from "../../shop/show/outbox.ts";

export default class OutboxShow extends OrdersCommand {
  static override summary = "Show everything about one event of the outbox";
  static override examples = [
    { description: "By its id", command: "<%= config.bin %> outbox show 7" },
  ];
  static override args = {
    event: Args.string({ required: true, description: "id, or the event's UUID" }),
  };
  static override flags = {
    ...settingFlags("databaseUrl", "connectTimeoutMs", "statementTimeoutMs"),
  };

  async run(): Promise<OutboxEventJson> {
    const { args, flags } = await this.parse(OutboxShow);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { demandShopTables } = await import("../../shop/wiring/demand-shop-tables.ts");
    const { readEventRef } = await import("../../shop/event-ref.ts");
    const { selectOutboxEvent } = await import("../../shop/sql/outbox-questions.ts");
    const { outboxEventJson, outboxEventText } = await import("../../shop/show/outbox.ts");
    const ref = readEventRef(args.event);
    const settings = this.resolvedToRead(flags).values;
    const row = await withDatabase(settings, "outbox show", async (database) => {
      await demandShopTables(database, settings.databaseUrl);
      return selectOutboxEvent(database, ref);
    });
    if (row === undefined)
      throw new Failure("usage", {
        what: `the outbox has no event ${ref}`,
        meaning: "it never had, or it was sent and is not kept any more",
        remedy: "`orders outbox list` shows what is there",
      });
    const event = {
      ...outboxEventJson(row),
      ...{ payload: row.payload, traceparent: row.traceparent },
    };
    this.print(outboxEventText(event));
    return event;
  }
}
