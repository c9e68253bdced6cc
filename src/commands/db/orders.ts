import * as Flags from "@oclif/core/flags";
import { demandEnd, followFlag } from "../../cli/follow-flag.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { databaseFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { OrderLineView } from "../../inspect/database/answers.ts";

export default class DbOrders extends OrdersCommand {
  static override summary = "Show the newest orders in the database, or follow them";
  static override description =
    "One line an order line, the newest first, by the time at which it was decided; --tail turns that round. -f goes on with each order that is committed, in order of arrival, and misses none, however late its transaction commits (one that PostgreSQL puts into space freed further up in the table may come seconds late). Without a filter the cost is bounded at any size: the last 8 MiB of the table and the newest UUIDv7 ids are looked at; --status and --customer read the whole table (about 0.2 s a million), since an index for them would cost every insert.";
  static override examples = [
    { description: "The 20 newest", command: "<%= config.bin %> db orders" },
    { description: "Watch them arrive", command: "<%= config.bin %> db orders -f" },
    {
      description: "Follow what is rejected, nothing older",
      command: "<%= config.bin %> db orders -f -n 0 --status rejected",
    },
    {
      description: "A customer's last five",
      command: "<%= config.bin %> db orders --customer CUST001 -n 5",
    },
    {
      description: "What became of one order",
      command: "<%= config.bin %> db orders --id 01a204d8-3652-724e-b308-f3f7252f4190 --json",
    },
  ];
  static override flags = {
    tail: Flags.boolean({ summary: "the newest last", default: false }),
    follow: followFlag("go on with new orders until Ctrl-C (with --tail)"),
    lines: Flags.integer({
      char: "n",
      summary: "how many of the newest order lines",
      default: 20,
      min: 0,
      max: 100_000,
      helpValue: "N",
    }),
    status: Flags.string({
      summary: "only this status: reserved, rejected, released, shipped",
      helpValue: "TEXT",
    }),
    customer: Flags.string({ summary: "only this customer_id", helpValue: "TEXT" }),
    id: Flags.string({ summary: "only this order, all of its lines", helpValue: "UUID" }),
    ...settingFlags(...databaseFlags),
  };

  async run(): Promise<{ readonly orders: readonly OrderLineView[] }> {
    const { flags } = await this.parse(DbOrders);
    const { status, customer, id: orderId, lines, follow } = flags;
    const { ordersFilter } = await import("../../inspect/database/orders-filter.ts");
    const filter = ordersFilter({ status, customer, orderId });
    demandEnd(follow, this.jsonEnabled());
    const settings = this.resolvedToRead(flags).values;
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { noOrdersText, orderLine, orderLinesText } = await import(
      "../../inspect/database/show/order-lines.ts"
    );
    // A pipe gets whole lines: what reads them needs no width.
    const width = process.stdout.columns ?? Number.POSITIVE_INFINITY;
    if (follow) {
      const { followOrders } = await import("../../inspect/database/follow-orders.ts");
      const { untilLeft } = await import("../../cli/until-stopped.ts");
      await untilLeft(({ signal }) =>
        withDatabase(settings, "db orders", (database) =>
          followOrders(database, {
            filter,
            lines,
            signal,
            onLine: (line) => this.print(orderLine(line, width)),
            onFollowing: () => this.note("following; Ctrl-C ends it"),
            onAnew: () => this.note("the table was emptied or rewritten; going on"),
          }),
        ),
      );
      return { orders: [] };
    }
    const { orderLineView, readNewestOrders } = await import(
      "../../inspect/database/read-newest-orders.ts"
    );
    const newest = await withDatabase(settings, "db orders", (database) =>
      readNewestOrders(database, filter, lines),
    );
    const orders = newest.map(orderLineView);
    if (flags.tail) orders.reverse();
    if (orders.length === 0) this.note(noOrdersText(status));
    else this.print(orderLinesText(orders, width));
    return { orders };
  }
}
