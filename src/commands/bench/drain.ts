import * as Flags from "@oclif/core/flags";
import type { DrainBenchJson } from "../../bench/figures/bench-result.ts";
import { benchFlags } from "../../cli/bench-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { consumerFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class BenchDrain extends OrdersCommand {
  static override summary =
    "Measure Kafka to PostgreSQL: how fast the consumer drains a full topic";
  static override description = `\
Fills a topic of its own, drains it with the real consumer into a schema of its own on your database, and removes both at the end and after Ctrl-C; your rows, topics, groups and offsets stay untouched. In the same run it measures the floor: COPY of the same rows into the same table. What is decided, and when, the database says. After each run every order is reconciled: exit code 1 when one is missing or doubled, or the stock disagrees.`;
  static override examples = [
    {
      description: "200,000 orders, the median of five runs",
      command: "<%= config.bin %> bench drain",
    },
    {
      description: "Two consumer processes of four transactions each, with a page to look at",
      command: "<%= config.bin %> bench drain --instances 2 --workers 4 --html drain.html",
    },
    {
      description: "On services of your own",
      command:
        "<%= config.bin %> bench drain --brokers kafka:9092 --database-url postgresql://app@db/orders --json",
    },
  ];
  static override flags = {
    instances: Flags.integer({
      summary: "consumer processes",
      default: 1,
      min: 1,
      max: 64,
      helpValue: "N",
    }),
    ...benchFlags({ orders: 200_000, ordersMax: 10_000_000, runs: 5 }),
    ...settingFlags("strategy", ...consumerFlags),
  };

  async run(): Promise<DrainBenchJson | undefined> {
    const { flags } = await this.parse(BenchDrain);
    const { runBench } = await import("../../cli/run-bench.ts");
    const { drainText } = await import("../../bench/show/drain-text.ts");
    const { drainSummary } = await import("../../bench/show/bench-closing.ts");
    const { drainPage } = await import("../../bench/show/drain-page.ts");
    const { benchDrain } = await import("../../bench/measure/bench-drain.ts");
    const settings = this.resolvedToChange(flags).values;
    const stack = this.stackName(flags);
    return runBench(this.output(), flags, {
      measure: (common, steps) =>
        benchDrain({ ...common, settings, stack, instances: flags.instances }, steps),
      text: drainText,
      summary: drainSummary,
      page: drainPage,
    });
  }
}
