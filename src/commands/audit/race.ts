import * as Flags from "@oclif/core/flags";
import type { RaceJson } from "../../audit/show/race-report.ts";
import { mappingFlags } from "../../cli/mapping-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { raceFlags, raceOptionsOf } from "../../cli/race-flags.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditRace extends OrdersCommand {
  static override summary =
    "Race many orders for one product or a few, and prove the outcome by order id";
  static override description =
    `Fires orders for one product (or for several, in turn) at once while its inventory row is
held, so that transactions meet there; lets the row go when two of them wait; waits until every order is decided; reconciles
all of them by order id against the database and the log.

The verdict is consistent (exit 0), violated (1), or inconclusive (3): no consumer, no two
transactions at the row at once, or evidence that is missing. The orders stay in the system.

An order without an outcome counts as lost only by evidence, which the report names: an offset that
has passed it, a later message of its partition that was decided, or an idle group that decides an
order sent afterwards.`;
  static override examples = [
    "<%= config.bin %> audit race",
    "<%= config.bin %> audit race --product PROD007 --orders 200 --stock 60",
    "<%= config.bin %> audit race --orders 10000 --products 3 --rounds 10 --seed 5ee7f00d",
    "<%= config.bin %> audit race --target kafka --no-hold --group order-processor-group --json",
    "<%= config.bin %> audit race --mapping theirs.toml --api-url https://shop.test --brokers kafka:9092 --topic sales --group sales-worker --database-url postgresql://auditor@db/sales --product A1",
  ];
  static override flags = {
    ...raceFlags,
    target: Flags.string({
      summary: "place the orders through the API, or straight into Kafka",
      options: ["http", "kafka"],
      default: "http",
    }),
    ...mappingFlags,
    "id-path": Flags.string({
      summary: "where an answer of the API has the order's id, if it gives its own: data.id",
      helpGroup: "FOREIGN SYSTEM",
      helpValue: "PATH",
    }),
    ...recordFlags,
    details: Flags.boolean({ summary: "show the checks that passed, too", default: false }),
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
    const { startRace } = await import("../../audit/wiring/start-race.ts");
    const { runRecorded } = await import("../../cli/run-recorded.ts");
    const { readIdPath, readMapping } = await import("../../audit/wiring/read-mapping.ts");
    const options = {
      target: flags.target as "http" | "kafka",
      ...raceOptionsOf(flags),
      mapping: readMapping(flags),
      idPath: readIdPath(flags["id-path"]),
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
