import * as Flags from "@oclif/core/flags";
import type { SteadyBenchJson } from "../../bench/figures/steady-json.ts";
import { benchFlags } from "../../cli/bench-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { consumerFlags, settingFlags } from "../../cli/setting-flags.ts";

const { orders: _, ...sharedFlags } = benchFlags({ orders: 100, ordersMax: 100, runs: 5 });

export default class BenchSteady extends OrdersCommand {
  static override summary =
    "Measure latency at a steady rate: from when an order is due to its transaction's commit";
  static override description = `\
Sends orders at an even rate, as the API would write them, onto a topic of its own, where a consumer
in a process of its own reserves them into a schema of its own on your database. Schema, topics and
group are removed at the end and after Ctrl-C; what is yours stays untouched. Latency counts from the
moment an order was due, so that nothing that waits can hide. At the end every order is reconciled:
exit code 1 when one is lost or doubled, or the stock disagrees; 5 when the rate was not delivered.`;
  static override examples = [
    { description: "1,000 orders/s, five runs", command: "<%= config.bin %> bench steady" },
    {
      description: "Two rates, each measured in each run, with a page to look at",
      command: "<%= config.bin %> bench steady --rate 1000 --rate 5000 --html steady.html",
    },
    {
      description: "On services of your own",
      command:
        "<%= config.bin %> bench steady --brokers kafka:9092 --database-url postgresql://app@db/orders --json",
    },
  ];
  static override flags = {
    rate: Flags.string({
      summary: "orders per second (default 1000); may be given several times",
      multiple: true,
      helpValue: "N",
    }),
    duration: Flags.string({
      summary: "of one measurement; each has a second at its rate before it",
      default: "10s",
      helpValue: "D",
    }),
    "warm-up": Flags.string({
      summary: "at each rate before the first run, not counted",
      default: "5s",
      helpValue: "D",
    }),
    via: Flags.string({
      summary: "how orders enter: straight onto the topic",
      options: ["kafka"],
      default: "kafka",
    }),
    ...sharedFlags,
    ...settingFlags("strategy", ...consumerFlags),
  };

  async run(): Promise<SteadyBenchJson | undefined> {
    const { flags } = await this.parse(BenchSteady);
    const { parseDuration } = await import("../../ports/duration.ts");
    const { parseRate } = await import("../../load/schedule/parse-rate.ts");
    const { runBench } = await import("../../cli/run-bench.ts");
    const { steadyText } = await import("../../bench/show/steady-text.ts");
    const { steadySummary } = await import("../../bench/show/bench-closing.ts");
    const { steadyPage } = await import("../../bench/show/steady-page.ts");
    const { benchSteady } = await import("../../bench/measure/bench-steady.ts");
    const settings = this.resolvedToChange(flags).values;
    const limits = { minMs: 500, maxMs: 3_600_000 };
    const rates = [...new Set((flags.rate ?? ["1000"]).map((text) => parseRate(text)))];
    const durationMs = parseDuration(flags.duration, "--duration", limits);
    const warmUpMs = parseDuration(flags["warm-up"], "--warm-up", limits);
    const stack = this.stackName(flags);
    return runBench(
      this.output(),
      // Rate and duration say how many.
      { ...flags, orders: 0 },
      {
        measure: (common, steps) =>
          benchSteady({ ...common, settings, stack, rates, durationMs, warmUpMs }, steps),
        text: steadyText,
        summary: steadySummary,
        page: steadyPage,
      },
    );
  }
}
