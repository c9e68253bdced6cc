import * as Args from "@oclif/core/args";
import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";
import { Failure } from "../../failure/failure.ts";

interface OutboxRetryJson {
  readonly retried: readonly number[];
}

export default class OutboxRetry extends OrdersCommand {
  static override summary = "Have parked events sent again, and what they hold back after them";
  static override description =
    "Makes PARKED events NEW again; the relays take them at once. Repeating it is harmless: what is not parked is left alone, and said.";
  static override examples = [
    { description: "One event", command: "<%= config.bin %> outbox retry 7" },
    { description: "All that are parked", command: "<%= config.bin %> outbox retry --all" },
  ];
  static override strict = false;
  static override args = {
    event: Args.string({ description: "ids as `orders outbox list` shows them" }),
  };
  static override flags = {
    all: Flags.boolean({ summary: "every parked event", default: false }),
    ...settingFlags("databaseUrl", "connectTimeoutMs", "statementTimeoutMs"),
  };

  async run(): Promise<OutboxRetryJson> {
    const { argv, flags } = await this.parse(OutboxRetry);
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { demandShopTables } = await import("../../shop/wiring/demand-shop-tables.ts");
    const { readEventIds } = await import("../../shop/event-ref.ts");
    const { retryParked } = await import("../../shop/sql/outbox-questions.ts");
    const { tellRelays } = await import("../../shop/wake-up.ts");
    if (flags.all === argv.length > 0)
      throw new Failure("usage", {
        what: "say which events: ids, or --all",
        remedy: "`orders outbox list` shows what is parked",
      });
    const ids = flags.all ? undefined : readEventIds(argv as string[]);
    const settings = this.resolved(flags).values;
    const retried = await withDatabase(settings, "outbox retry", async (database) => {
      await demandShopTables(database, settings.databaseUrl);
      const done = await retryParked(database, ids);
      if (done.length > 0) await tellRelays(database);
      return done;
    });
    this.print(`${retried.length} ${retried.length === 1 ? "event" : "events"} to be sent again`);
    const left = ids?.filter((id) => !retried.includes(id)) ?? [];
    if (left.length > 0) this.note(`left alone, for they are not parked: ${left.join(", ")}`);
    return { retried };
  }
}
