import * as Flags from "@oclif/core/flags";
import type { ReserveBenchJson } from "../../bench/figures/bench-result.ts";
import { scenarioNames, scenarios, scenariosAsked } from "../../bench/figures/scenarios.ts";
import { benchFlags } from "../../cli/bench-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";
import { type StrategyName, strategyNames } from "../../ports/strategy-names.ts";

export default class BenchReserve extends OrdersCommand {
  static override summary = "Measure the reservation alone: every strategy, without Kafka";
  static override description = `\
Decides orders that were made in memory, in a schema of its own on your database, which is removed at the end and after Ctrl-C; your rows stay untouched. In the same run it measures the floor: COPY of the same rows into the same table. After each measurement every order is reconciled: exit code 1 when a strategy that must be exact was not.

Scenarios:
${scenarioNames.map((name) => `  ${name.padEnd(19)} ${scenarios[name]}`).join("\n")}`;
  static override examples = [
    {
      description: "Every strategy, spread load and one hot product",
      command: "<%= config.bin %> bench reserve",
    },
    {
      description: "One strategy in every scenario, five runs, with a page to look at",
      command:
        "<%= config.bin %> bench reserve --strategy batch --scenario all --runs 5 --html bench.html",
    },
    {
      description: "On a server of your own",
      command:
        "<%= config.bin %> bench reserve --only spread --database-url postgresql://app@db/orders --json",
    },
  ];
  static override flags = {
    strategy: Flags.string({
      summary: "measure this one only; may be given several times",
      options: [...strategyNames],
      multiple: true,
    }),
    only: Flags.string({
      summary: "one of the two usual loads only",
      options: ["spread", "hot"],
      exclusive: ["scenario"],
    }),
    scenario: Flags.string({
      summary:
        "what the orders ask of the stock (default spread and hot); may be given several times",
      options: [...scenarioNames, "all"],
      multiple: true,
    }),
    ...benchFlags({ orders: 100_000, ordersMax: 1_000_000, runs: 3 }),
    "measure-time": Flags.string({
      summary: "longest single measurement; what is slower is cut off",
      default: "5s",
      helpValue: "D",
    }),
    ...settingFlags(
      "workers",
      "batch",
      "databaseUrl",
      "connectTimeoutMs",
      "poolSize",
      "statementTimeoutMs",
      "lockTimeoutMs",
    ),
  };

  async run(): Promise<ReserveBenchJson | undefined> {
    const { flags } = await this.parse(BenchReserve);
    const { parseDuration } = await import("../../ports/duration.ts");
    const { runBench } = await import("../../cli/run-bench.ts");
    const { reserveText } = await import("../../bench/show/reserve-text.ts");
    const { reserveSummary } = await import("../../bench/show/bench-closing.ts");
    const { reservePage } = await import("../../bench/show/reserve-page.ts");
    const { benchReserve } = await import("../../bench/measure/bench-reserve.ts");
    const measureMaxMs = parseDuration(flags["measure-time"], "--measure-time", {
      minMs: 100,
      maxMs: 3_600_000,
    });
    // Here it means which to measure; as a setting it means the one that a consumer uses.
    const { strategy: strategies = strategyNames, ...others } = flags;
    const settings = this.resolvedToChange(others).values;
    return runBench(this.output(), flags, {
      measure: (common, steps) =>
        benchReserve(
          {
            ...common,
            settings,
            strategies: strategies as readonly StrategyName[],
            scenarios: scenariosAsked(flags.only, flags.scenario),
            measureMaxMs,
          },
          steps,
        ),
      text: reserveText,
      summary: reserveSummary,
      page: reservePage,
    });
  }
}
