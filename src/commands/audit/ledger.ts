import * as Flags from "@oclif/core/flags";
import type { LedgerJson } from "../../audit/show/ledger-report.ts";
import { mappingFlags } from "../../cli/mapping-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { recordFlags } from "../../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class AuditLedger extends OrdersCommand {
  static override summary =
    "Account for every order: history, log, rows and dead letters, joined by id";
  static override description =
    `Reads all of the log since the last reset, every order row and dead letter as of one moment, and
the history of a load where one is given; joins them by order id; and judges each order up to the
offsets of that moment. What memory cannot hold is kept in the state directory meanwhile.

The verdict is consistent (exit 0), violated (1), or inconclusive (3): no orders, a log that no longer
has its beginning, or orders that were not found. Changes nothing, reads through no consumer group,
and may run while orders are being decided.`;
  static override examples = [
    "<%= config.bin %> audit ledger",
    "<%= config.bin %> audit ledger --history orders.ndjson --alone",
    "<%= config.bin %> audit ledger --run latest --json --junit ledger.xml",
    "<%= config.bin %> audit ledger --mapping theirs.toml --brokers kafka:9092 --topic sales --group sales-worker --database-url postgresql://auditor@db/sales",
  ];
  static override flags = {
    history: Flags.string({
      summary: "what was sent, as `orders produce --history` wrote it; may be given again",
      multiple: true,
      helpValue: "FILE",
    }),
    run: Flags.string({
      summary: "the history that a run kept: latest, an id's beginning, or its file",
      helpValue: "RUN",
    }),
    since: Flags.string({
      summary:
        "where to begin: epoch (the last reset), beginning (of the log), 15m (ago), or a time",
      default: "epoch",
      helpValue: "WHEN",
    }),
    alone: Flags.boolean({
      summary: "nobody else placed orders or changed the stock: what the history lacks is a fault",
      default: false,
    }),
    ...recordFlags,
    details: Flags.boolean({ summary: "show the checks that passed, too", default: false }),
    timeout: Flags.string({
      summary: "longest wait until all is decided; 0s looks at once",
      default: "60s",
      helpValue: "D",
    }),
    ...mappingFlags,
    ...settingFlags(
      "brokers",
      "topic",
      "group",
      "databaseUrl",
      "connectTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<LedgerJson | undefined> {
    const { flags } = await this.parse(AuditLedger);
    const { ledgerJson, ledgerReport, ledgerText } = await import(
      "../../audit/show/ledger-report.ts"
    );
    const { parseSince } = await import("../../audit/wiring/offsets-since.ts");
    const { startLedger } = await import("../../audit/wiring/start-ledger.ts");
    const { runRecorded } = await import("../../cli/run-recorded.ts");
    const { parseDuration } = await import("../../ports/duration.ts");
    const { listrNarrator } = await import("../../report/listr-narrator.ts");
    const { runsDirectory } = await import("../../runtime/stack/stack-paths.ts");
    const { historyToAudit } = await import("../../verify/history-to-audit.ts");
    const { readMapping } = await import("../../audit/wiring/read-mapping.ts");
    const { history: histories = [], run, alone } = flags;
    const mapping = readMapping(flags);
    const since = parseSince(flags.since, Date.now());
    const timeoutMs = parseDuration(flags.timeout, "--timeout", { minMs: 0, maxMs: 86_400_000 });
    return runRecorded(this.output(), flags, {
      title: "orders audit ledger",
      doing: "ending; an audit changes nothing",
      run: async (signal) => {
        const settings = this.resolvedToRead(flags).values;
        const history = await historyToAudit({ histories, run });
        const options = {
          ...{ history, since, alone, timeoutMs, mapping },
          spillDirectory: runsDirectory(),
        };
        return startLedger(settings, options, listrNarrator({ quiet: this.quiet }), signal);
      },
      json: ledgerJson,
      text: (audit, terminal, details, end) =>
        ledgerText(audit, terminal, { details, unwritten: end?.unwritten ?? [] }),
      report: ledgerReport,
    });
  }
}
