import * as Flags from "@oclif/core/flags";
import { healthFlags } from "../cli/health-flags.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import {
  catchUpFlags,
  memberInstancesFlag,
  readingOptions,
  statsIntervalFlag,
} from "../cli/reading-flags.ts";
import { consumerFlags, settingFlags } from "../cli/setting-flags.ts";
import type { Order } from "../order/order.ts";
import type { ConsumeJson } from "../reservation/show/consume-json.ts";

export default class Consume extends OrdersCommand {
  static override summary = "Reserve stock for the orders in the topic (a consumer group)";
  static override description =
    "Outcomes, stock, dead letters and offsets are written in one transaction, so every order ends as exactly one of reserved, rejected or dead-lettered, whatever crashes. Ctrl-C or SIGTERM finishes the batch in hand, commits, leaves the group and exits 0.";
  static override examples = [
    { description: "Consume beside the running stack", command: "<%= config.bin %> consume" },
    {
      description: "Drain a full topic with two processes of eight transactions each, then end",
      command: "<%= config.bin %> consume --workers 8 --instances 2 --until-caught-up",
    },
    {
      description: "The same with another strategy (README: Strategies)",
      command: "<%= config.bin %> consume --strategy row-lock --until-caught-up",
    },
    {
      description: "Consume from a system that orders did not start",
      command:
        "<%= config.bin %> consume --brokers kafka:9092 --database-url postgresql://app@db/orders",
    },
  ];
  static override flags = {
    instances: memberInstancesFlag,
    from: Flags.option({
      summary: "where to begin with partitions that have no stored offset",
      options: ["earliest", "latest"] as const,
      default: "earliest" as const,
    })(),
    ...catchUpFlags("decided"),
    "stats-interval": statsIntervalFlag,
    "follow-shop": Flags.boolean({
      summary: "give back what the shop's cancelled orders hold, take out what it ships",
    }),
    verbose: Flags.boolean({ summary: "print a line for every reserved order" }),
    "publish-outcomes": Flags.boolean({
      summary: "tell on Kafka topics what became of each order (README: The shop)",
    }),
    ...healthFlags,
    ...settingFlags(
      ...([
        "strategy",
        "kafkaClient",
        "group",
        "topic",
        "dlqTopic",
        "eventsTopic",
        "stockTopic",
        "validatedTopic",
        "inventoryTopic",
        "warehouseTopic",
      ] as const),
      ...consumerFlags,
    ),
  };

  async run(): Promise<ConsumeJson | undefined> {
    const { flags } = await this.parse(Consume);
    const { runService } = await import("../cli/run-service.ts");
    const { consumeJson } = await import("../reservation/show/consume-json.ts");
    const { reservedLine } = await import("../reservation/show/reserved-line.ts");
    const settings = this.resolved(flags).values;
    const { from, "follow-shop": followShop } = flags;
    const options = { ...readingOptions(flags), settings, from, followShop };
    const results = await runService(this.output(), {
      instances: flags.instances,
      doing: "finishing the batch in hand",
      stopWithinMs: 21_000,
      async run(process) {
        const { runConsumer } = await import("../reservation/wiring/run-consumer.ts");
        const { besideReservation } = await import("../cli/beside-reservation.ts");
        const beside = await besideReservation(flags, { ...options, log: process.log });
        const onReserved = (order: Order) => process.print(reservedLine(order));
        return runConsumer({
          ...options,
          ...process,
          beside,
          ...(flags.verbose ? { onReserved } : {}),
        });
      },
    });
    return results && consumeJson(results, settings.strategy);
  }
}
