import * as Flags from "@oclif/core/flags";
import type { RaceRun } from "../../audit/race/run-race.ts";
import type { RaceJson } from "../../audit/show/race-report.ts";
import type { StartRaceOptions } from "../../audit/wiring/start-race.ts";
import { mappingFlags } from "../../cli/mapping-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { ownConsumersOf, raceFlags, raceOptionsOf } from "../../cli/race-flags.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";
import type { Narrator } from "../../ports/narrator.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { isOwnStack } from "../../runtime/stack/stack-record.ts";
import type { OwnConsumers } from "../../verify/race-own-consumers.ts";

export default class AuditRace extends OrdersCommand {
  static override summary =
    "Race many orders for one product or a few, and prove the outcome by order id";
  static override description =
    `Fires orders for one product (or for several, in turn) at once while its inventory row is
held, so that transactions meet there; lets the row go when two of them wait; waits until every
order is decided; reconciles all of them by order id against the database and the log.

The verdict is consistent (exit 0), violated (1), or inconclusive (3): no consumer, no two
transactions at the row at once, or evidence that is missing. The orders stay in the system.

With --strategy or --instances, consumers are started for the race, with topics and tables of their
own on the stack's services; all of that is gone at its end. --during says what happens to them.

An order without an outcome counts as lost only by evidence, which the report names: an offset that
has passed it, a later message of its partition that was decided, or an idle group that decides an
order sent afterwards.`;
  static override examples = [
    "<%= config.bin %> audit race",
    "<%= config.bin %> audit race --product PROD007 --orders 200 --stock 60",
    "<%= config.bin %> audit race --orders 10000 --products 3 --rounds 10 --seed 5ee7f00d",
    "<%= config.bin %> audit race --strategy optimistic --instances 3 --stock 60",
    "<%= config.bin %> audit race --instances 2 --during pause-consumer",
    "<%= config.bin %> audit race --target kafka --no-hold --group order-processor-group --json",
    "<%= config.bin %> audit race --mapping theirs.toml --api-url https://shop.test --brokers kafka:9092 --topic sales --group sales-worker --database-url postgresql://auditor@db/sales --product A1",
  ];
  static override flags = {
    ...raceFlags,
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
    const { runRecorded } = await import("../../cli/run-recorded.ts");
    const { readIdPath, readMapping } = await import("../../audit/wiring/read-mapping.ts");
    const foreign = { mapping: readMapping(flags), idPath: readIdPath(flags["id-path"]) };
    const raced = raceOptionsOf(flags);
    const { sources, values: settings } = this.resolvedToChange(flags);
    const ours = sources.brokers === "stack" && sources.databaseUrl === "stack";
    const isOurs = ours && isOwnStack(this.stackName(flags)) && foreign.mapping === undefined;
    const own = ownConsumersOf(flags, isOurs);
    const options = { ...raced, own };
    return runRecorded(this.output(), flags, {
      title: "orders audit race",
      doing:
        own === undefined
          ? "letting the row go; the orders that were placed stay placed"
          : "letting the row go, removing the race's consumers, topics and tables",
      run: async (signal, saveLogs) => {
        const narrator = listrNarrator({ quiet: this.quiet });
        const run = await race(
          settings,
          raced,
          { own, foreign, target: flags.target },
          narrator,
          signal,
        );
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

interface Racing {
  readonly own: OwnConsumers | undefined;
  readonly foreign: Pick<StartRaceOptions, "mapping" | "idPath">;
  readonly target?: string | undefined;
}

async function race(
  settings: Settings,
  options: ReturnType<typeof raceOptionsOf>,
  { own, foreign, target }: Racing,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<RaceRun> {
  if (own !== undefined) {
    const { raceOwnConsumers } = await import("../../verify/race-own-consumers.ts");
    return raceOwnConsumers(settings, options, own, narrator, signal);
  }
  const { startRace } = await import("../../audit/wiring/start-race.ts");
  const where = target === "kafka" ? "kafka" : "http";
  return startRace(settings, { ...options, ...foreign, target: where }, narrator, signal);
}
