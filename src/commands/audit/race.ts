import * as Flags from "@oclif/core/flags";
import type { RaceJson } from "../../audit/show/race-report.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditRace extends OrdersCommand {
  static override summary = "Race many orders for one product, and prove the outcome by order id";
  static override description =
    `Fires orders for one product at once while its inventory row is held, so that transactions
meet there; lets the row go when two of them wait; waits until every order is decided; reconciles
all of them by order id against the database and the log.

The verdict is consistent (exit 0), violated (1), or inconclusive (3): no consumer, no two
transactions at the row at once, or evidence that is missing. The orders stay in the system.

An order without an outcome counts as lost only by evidence, which the report names: an offset that
has passed it, a later message of its partition that was decided, or an idle group that decides an
order sent afterwards.`;
  static override examples = [
    "<%= config.bin %> audit race",
    "<%= config.bin %> audit race --product PROD007 --orders 200 --stock 60",
    "<%= config.bin %> audit race --target kafka --no-hold --group order-processor-group --json",
  ];
  static override flags = {
    product: Flags.string({
      summary: "product that every order asks for",
      default: "PROD007",
      helpValue: "ID",
    }),
    orders: Flags.integer({
      summary: "orders in all, spread over the rounds",
      default: 100,
      min: 2,
      max: 10_000,
      helpValue: "N",
    }),
    rounds: Flags.integer({
      summary: "how often orders are fired at once",
      default: 5,
      min: 1,
      max: 100,
      helpValue: "N",
    }),
    quantity: Flags.integer({
      summary: "pieces in each order",
      default: 1,
      min: 1,
      max: 1_000_000,
      helpValue: "N",
    }),
    stock: Flags.integer({
      summary: "make N pieces available first (recorded as a movement, not set back afterwards)",
      min: 0,
      max: 1_000_000_000,
      helpValue: "N",
    }),
    hold: Flags.boolean({
      summary: "hold the row until transactions meet there; --no-hold only watches",
      default: true,
      allowNo: true,
    }),
    target: Flags.string({
      summary: "place the orders through the API, or straight into Kafka",
      options: ["http", "kafka"],
      default: "http",
    }),
    ...recordFlags,
    details: Flags.boolean({ summary: "show the checks that passed, too", default: false }),
    timeout: Flags.string({
      summary: "longest wait for the outcomes: 30s, 5m",
      default: "60s",
      helpValue: "D",
    }),
    settle: Flags.string({
      summary:
        "how long nothing must happen before what is missing counts as lost: longer than the system's slowest decision",
      default: "10s",
      helpValue: "D",
    }),
    probe: Flags.boolean({
      summary:
        "where a silence does not say enough, send one more order and see whether it is decided; --no-probe sends none",
      default: true,
      allowNo: true,
    }),
    ...settingFlags(
      "apiUrl",
      "brokers",
      "topic",
      "group",
      "databaseUrl",
      "connectTimeoutMs",
      "lockTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<RaceJson | undefined> {
    const { flags } = await this.parse(AuditRace);
    const { raceJson, raceReport, raceText } = await import("../../audit/show/race-report.ts");
    const { logsDirectory } = await import("../../runtime/stack/gather-logs.ts");
    const { stackDirectory } = await import("../../runtime/stack/stack-paths.ts");
    const { listrNarrator } = await import("../../report/listr-narrator.ts");
    const { parseDuration } = await import("../../ports/duration.ts");
    const { startRace } = await import("../../audit/wiring/start-race.ts");
    const { runRecorded } = await import("../../cli/run-recorded.ts");
    const options = {
      target: flags.target as "http" | "kafka",
      productId: flags.product,
      orders: flags.orders,
      rounds: Math.min(flags.rounds, flags.orders),
      quantity: flags.quantity,
      stock: flags.stock,
      hold: flags.hold,
      timeoutMs: parseDuration(flags.timeout, "--timeout", { minMs: 1_000, maxMs: 86_400_000 }),
      settleMs: parseDuration(flags.settle, "--settle", { minMs: 100, maxMs: 3_600_000 }),
      probe: flags.probe,
    };
    return runRecorded(this.output(), flags, {
      title: "orders audit race",
      doing: "letting the row go; the orders that were placed stay placed",
      run: async (signal, saveLogs) => {
        const settings = this.resolvedToChange(flags).values;
        const narrator = listrNarrator({ quiet: this.quiet });
        const run = await startRace(settings, options, narrator, signal);
        saveLogs(logsDirectory(stackDirectory(this.stackName(flags))));
        return run;
      },
      json: (run) => raceJson(run, options),
      text: (run, terminal, details, end) =>
        raceText(run, options, terminal, {
          details,
          ending: true,
          unwritten: end?.unwritten ?? [],
        }),
      report: (run) => raceReport(run, options),
    });
  }
}
