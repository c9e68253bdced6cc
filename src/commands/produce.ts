import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import { exitCodeOf } from "../failure/failure.ts";
import { customersMax, loadDefaults } from "../load/load-defaults.ts";
import type { LoadJson } from "../load/show/load-json.ts";
import { loadTargets } from "../load/targets/load-targets.ts";

export default class Produce extends OrdersCommand {
  static override summary = "Send random orders at a steady rate and report what became of each";

  // Lines of 78: oclif indents by two, and keeps the breaks.
  static override description = `\
Each order leaves when it is due, whether or not others have been answered,
and its latency counts from when it was due: a slow system can neither make
the load gentler nor hide its own waiting.

Every order ends as one of
  acked    accepted: 202, by the shop 201, or acknowledged by Kafka
  failed   certainly not accepted: refused, or no connection
  unknown  sent, but nobody can say: 504, connection cut, timeout
  dropped  due, but never tried: too many were in flight, or it was late by
           more than --timeout
and offered = acked + failed + unknown + dropped.

The exit code is 0 when the load was delivered: nothing dropped, sent at 99 %
of --rate or more, and 99 % of the orders or more acked. It is 5 when it was
not, 4 when nothing could be reached, 7 when --history could not be written,
and 130 or 143 after a signal, with the report of what ran until then.`;

  static override examples = [
    "<%= config.bin %> <%= command.id %> --rate 1000 --duration 30s",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 1m --hot PROD007=80% --quantity 1",
    "<%= config.bin %> <%= command.id %> --rate 20000 --duration 10s --target kafka --json",
    "<%= config.bin %> <%= command.id %> --rate 500 --duration 30s --target gateway --pay-share 30%",
    "<%= config.bin %> <%= command.id %> --rate 200 --duration 10s --history orders.ndjson",
  ];

  static override flags = {
    rate: Flags.string({
      required: true,
      helpValue: "R",
      summary: "orders per second, 0.1 to 200000",
    }),
    duration: Flags.string({
      required: true,
      helpValue: "D",
      summary: "how long: 500ms, 10s, 5m, at most 24h",
    }),
    target: Flags.string({
      options: loadTargets.map(({ name }) => name),
      default: loadTargets[0].name,
      summary: loadTargets.map(({ name, summary }) => `${name}: ${summary}`).join("; "),
    }),
    customers: Flags.integer({
      min: 1,
      max: customersMax,
      default: loadDefaults.customers,
      helpValue: "N",
      summary: "how many customers order",
    }),
    products: Flags.string({
      helpValue: "LIST",
      summary: "products, PROD001,PROD042=19.99 [default: PROD001 to PROD010, at their prices]",
    }),
    hot: Flags.string({
      multiple: true,
      helpValue: "PRODUCT=SHARE%",
      summary: "share of the order lines that go to one product; may be repeated",
    }),
    quantity: Flags.string({
      default: loadDefaults.quantity,
      helpValue: "N|N-M",
      summary: "pieces per order line",
    }),
    items: Flags.integer({
      min: 1,
      max: 100,
      default: loadDefaults.linesPerOrder,
      helpValue: "N",
      summary: "lines per order; above 1 the orders carry items",
    }),
    "pay-share": Flags.string({
      helpValue: "SHARE%",
      summary: "share of the accepted orders that are paid for at once; with --target gateway",
    }),
    "cancel-share": Flags.string({
      helpValue: "SHARE%",
      summary: "share of the accepted orders that are cancelled at once; with --target gateway",
    }),
    seed: Flags.string({
      helpValue: "TEXT",
      summary: "the same seed gives the same orders [default: random, shown in the report]",
    }),
    "run-id": Flags.string({
      dependsOn: ["seed"],
      helpValue: "ID",
      summary: "with --seed: repeat that run's Idempotency-Keys too, so that it is a retry of it",
    }),
    "max-in-flight": Flags.integer({
      min: 1,
      max: 1_000_000,
      default: loadDefaults.maxInFlight,
      helpValue: "N",
      summary: "unanswered orders at once; an order due beyond that is dropped",
    }),
    connections: Flags.integer({
      min: 1,
      max: 20_000,
      default: loadDefaults.connections,
      helpValue: "N",
      summary: "HTTP connections at most; opened as needed",
    }),
    timeout: Flags.string({
      default: loadDefaults.timeout,
      helpValue: "D",
      summary: "longest wait for an answer; after it the order is unknown",
    }),
    history: Flags.string({
      helpValue: "FILE",
      summary: "write one JSON line per order to this new file, for audits",
    }),
    ...settingFlags(
      "apiUrl",
      "gatewayUrl",
      "brokers",
      "topic",
      ...kafkaSecurityFlags,
      "compression",
      "publishBatch",
      "publishQueue",
      "maxMessageBytes",
      "connectTimeoutMs",
      "requestTimeoutMs",
    ),
  };

  override async run(): Promise<LoadJson> {
    const { flags } = await this.parse(Produce);
    const { parseLoadRequest } = await import("../load/load-request.ts");
    const request = parseLoadRequest({
      ...flags,
      runId: flags["run-id"],
      linesPerOrder: flags.items,
      payShare: flags["pay-share"],
      cancelShare: flags["cancel-share"],
    });
    const { values: settings } = this.resolvedToChange(flags);
    const { untilStopped } = await import("../cli/until-stopped.ts");
    const { produceLoad } = await import("../load/wiring/produce-load.ts");
    const { createLiveDisplay } = await import("../load/show/live-display.ts");
    const { loadReport } = await import("../load/show/load-report.ts");
    const { loadJson } = await import("../load/show/load-json.ts");
    const { shown, terminalOf } = await import("../report/terminal.ts");
    const options = {
      target: loadTargets.find(({ name }) => name === flags.target) ?? loadTargets[0],
      maxInFlight: flags["max-in-flight"],
      connectionsMax: flags.connections,
      historyFile: flags.history,
    };
    const display = this.quiet ? undefined : createLiveDisplay(process.stderr);
    const say = (line: string) => {
      display?.clear();
      this.note(line);
    };
    const doing = "no more orders; waiting up to 3 s for answers, then the report";
    return untilStopped(say, doing, async (shutdown) => {
      const { result, delivered } = await produceLoad(request, options, settings, {
        signal: shutdown.signal,
        onProgress: (progress) => display?.show(progress),
      }).finally(() => display?.clear());
      const incomplete = delivered.exitCode === exitCodeOf.output;
      const exitCode = incomplete ? delivered.exitCode : shutdown.exitCode || delivered.exitCode;
      const terminal = terminalOf(process.stdout, process.env);
      this.print(loadReport(result, delivered, terminal, { exitCode }));
      // Whoever keeps the report, or throws it away, learns it all the same.
      if (incomplete) this.note(`Error: ${shown(delivered.sentence)}`);
      this.endWith(exitCode);
      return loadJson(result, delivered, flags.history);
    });
  }
}
