import * as Flags from "@oclif/core/flags";
import { engineFlag } from "../cli/engine-flag.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { recordFlags } from "../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import { stackProfiles } from "../runtime/stack/services/service.ts";
import type { VerificationJson } from "../verify/show/verification.ts";

export default class Verify extends OrdersCommand {
  static override summary = "Boot a pipeline, load it, prove every order right, take it down";
  static override description = `\
Starts a stack of its own on free ports, whatever the shell names (what is running stays undisturbed),
warms it up, places orders at the asked rate, waits until all are decided, reconciles every one by
order id, races a hundred orders for one product with stock for sixty, and removes everything that it
started. Where something was not good, the logs stay, and it says where.

With --profile shop the load goes through the gateway; four in ten orders are paid for, two in ten
are cancelled; and the audits of outbox, analytics and shop are held besides.

On services that exist, with --engine external --i-own-this: the orders that it places stay in their
tables; the race's stock is set back, and nothing else is left.

Exit code 0 when all is consistent and the load was delivered; 1 violated, 3 inconclusive, 4 the
environment is not there, 5 the load was not delivered at the asked rate.`;
  static override examples = [
    { description: "What npm start runs", command: "<%= config.bin %> verify" },
    {
      description: "Heavier, and keep the stack to look around",
      command: "<%= config.bin %> verify --rate 5000 --duration 30s --keep",
    },
    {
      description: "The shop, too: load through the gateway, with payments and cancellations",
      command: "<%= config.bin %> verify --profile shop --rate 200",
    },
    {
      description: "On services of your own; its orders stay there",
      command:
        "<%= config.bin %> verify --engine external --i-own-this --brokers kafka:9092 --database-url postgresql://app@db/orders",
    },
    {
      description: "See the audits notice a strategy that loses updates: ends with exit code 1",
      command: "<%= config.bin %> verify --strategy naive --duration 5s",
    },
    {
      description: "In CI (README: In CI)",
      command: "<%= config.bin %> verify --junit verification.xml --out verification",
    },
  ];
  static override flags = {
    rate: Flags.string({ summary: "orders per second", default: "1000", helpValue: "R" }),
    duration: Flags.string({ summary: "how long", default: "10s", helpValue: "D" }),
    consumers: Flags.integer({ summary: "consumer processes", default: 2, min: 1, max: 16 }),
    profile: Flags.option({
      summary: "also start the shop, and load it through its gateway",
      options: stackProfiles,
    })(),
    engine: engineFlag("what runs Kafka and PostgreSQL"),
    "i-own-this": Flags.boolean({
      summary: "with --engine external: its services may be loaded",
      default: false,
    }),
    "warm-up": Flags.string({
      summary: "longest load before the one that is measured; audited, not counted; 0s: none",
      default: "10s",
      helpValue: "D",
    }),
    details: Flags.boolean({ summary: "show every table, also of what is well", default: false }),
    ...recordFlags,
    keep: Flags.boolean({ summary: "leave the stack running when all went through" }),
    seed: Flags.string({ summary: "the same seed gives the same orders", helpValue: "TEXT" }),
    "drain-timeout": Flags.string({
      summary: "longest wait for the outcomes of the load",
      default: "2m",
      helpValue: "D",
    }),
    ...settingFlags(
      "strategy",
      "workers",
      "batch",
      "compression",
      "brokers",
      "databaseUrl",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<VerificationJson | undefined> {
    const { flags } = await this.parse(Verify);
    const { parseVerification } = await import("../verify/parse-verification.ts");
    const { listrNarrator } = await import("../report/listr-narrator.ts");
    const { verificationJson, verificationReport, verificationText } = await import(
      "../verify/show/verification.ts"
    );
    const { verifyPipeline } = await import("../verify/verify-pipeline.ts");
    const { runRecorded } = await import("../cli/run-recorded.ts");
    const asked = parseVerification(flags);
    return runRecorded(this.output(), flags, {
      title: "orders verify",
      doing: "stopping, and removing what was started",
      run: (signal, saveLogs) =>
        verifyPipeline(
          {
            ...asked,
            stack: flags.stack === undefined ? undefined : this.stackName(flags),
            engine: flags.engine,
            iOwnThis: flags["i-own-this"],
            settings: this.resolved(flags),
            consumers: flags.consumers,
            keep: flags.keep,
            note: (line) => this.note(line),
            ...{ signal, saveLogs },
          },
          listrNarrator({ quiet: this.quiet }),
        ),
      json: verificationJson,
      text: (found, terminal, details, end) =>
        verificationText({ ...found, ...end }, terminal, { details }),
      report: verificationReport,
    });
  }
}
