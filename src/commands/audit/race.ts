import * as Flags from "@oclif/core/flags";
import type { RaceJson } from "../../audit/show/race-report.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";
import { shownLines } from "../../failure/shown.ts";

export default class AuditRace extends OrdersCommand {
  static override summary = "Race many orders for one product, and prove the outcome by order id";
  static override description =
    `Fires orders for one product at once while its inventory row is held, so that transactions
meet there; lets the row go when two of them wait; waits until every order is decided; reconciles
all of them by order id against the database and the log.

The verdict is consistent (exit 0), violated (1), or inconclusive (3): no consumer, no two
transactions at the row at once, or evidence that is missing. The orders stay in the system.`;
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
    const { join } = await import("node:path");
    const { raceJson, raceReport, raceText } = await import("../../audit/show/race-report.ts");
    const { offTerminal, terminalOf } = await import("../../report/terminal.ts");
    const { stackDirectory } = await import("../../runtime/stack/stack-paths.ts");
    const { listrNarrator } = await import("../../report/listr-narrator.ts");
    const { listenForShutdown } = await import("../../runtime/lifecycle/shutdown.ts");
    const { parseDuration } = await import("../../ports/duration.ts");
    const { startRace } = await import("../../audit/wiring/start-race.ts");
    const options = {
      target: flags.target as "http" | "kafka",
      productId: flags.product,
      orders: flags.orders,
      rounds: Math.min(flags.rounds, flags.orders),
      quantity: flags.quantity,
      stock: flags.stock,
      hold: flags.hold,
      timeoutMs: parseDuration(flags.timeout, "--timeout", { minMs: 1_000, maxMs: 86_400_000 }),
    };
    const { RunRecord } = await import("../../cli/run-record.ts");
    const { toFailure } = await import("../../cli/render-failure.ts");
    const { junit, out } = flags;
    const say = (line: string) => void process.stderr.write(`${shownLines(line)}\n`);
    const record = new RunRecord("orders audit race", {
      junit,
      out,
      environment: process.env,
      say,
    });
    const shutdown = listenForShutdown(
      (line) => this.note(line),
      "letting the row go; the orders that were placed stay placed",
    );
    try {
      const settings = this.resolvedToChange(flags).values;
      const narrator = listrNarrator({ quiet: this.quiet });
      const run = await startRace(settings, options, narrator, shutdown.signal);
      const { details } = flags;
      record.saveLogs(join(stackDirectory(this.stackName(flags)), "logs"));
      const result = raceJson(run, options);
      const whole = raceText(run, options, offTerminal, { details: true, ending: true });
      // First what CI is to find: the block at the end says the code that the process ends with.
      const exitCode = record.finish(raceReport(run, options), result, whole);
      const terminal = terminalOf(process.stdout, process.env);
      const { unwritten } = record;
      this.print(raceText(run, options, terminal, { details, ending: true, unwritten }));
      this.endWith(exitCode);
      return result;
    } catch (error) {
      if (shutdown.received === undefined) {
        record.failed(toFailure(error as Error));
        throw error;
      }
      this.endWith(shutdown.exitCode);
      return undefined;
    } finally {
      shutdown.dispose();
    }
  }
}
