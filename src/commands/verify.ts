import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { recordFlags } from "../cli/run-record-flags.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import { shownLines } from "../failure/shown.ts";
import type { EngineName } from "../runtime/stack/engines/engine.ts";
import type { VerificationJson } from "../verify/show/verification.ts";

export default class Verify extends OrdersCommand {
  static override summary = "Boot a pipeline, load it, prove every order right, take it down";
  static override description = `\
Starts a stack of its own on free ports, whatever the shell names (what is running stays undisturbed),
warms it up, places orders at the asked rate, waits until all are decided, reconciles every one by
order id, races a hundred orders for one product with stock for sixty, and removes everything that it
started. Where something was not good, the logs stay, and it says where.

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
    engine: Flags.string({
      summary: "what runs Kafka and PostgreSQL",
      options: ["auto", "docker", "local", "external"],
      default: "auto",
    }),
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
    const { parseDuration } = await import("../ports/duration.ts");
    const { parseLoadRequest } = await import("../load/load-request.ts");
    const { listrNarrator } = await import("../report/listr-narrator.ts");
    const { offTerminal, terminalOf } = await import("../report/terminal.ts");
    const { verificationJson, verificationReport, verificationText } = await import(
      "../verify/show/verification.ts"
    );
    const { listenForShutdown } = await import("../runtime/lifecycle/shutdown.ts");
    const { verifyPipeline } = await import("../verify/verify-pipeline.ts");
    const { boundedLoad } = await import("../verify/bounded-load.ts");
    const load = boundedLoad(
      parseLoadRequest({
        rate: flags.rate,
        duration: flags.duration,
        timeout: "15s",
        seed: flags.seed,
        customers: 10_000,
        quantity: "1-5",
        linesPerOrder: 1,
      }),
    );
    const drainTimeoutMs = parseDuration(flags["drain-timeout"], "--drain-timeout", {
      minMs: 1_000,
      maxMs: 3_600_000,
    });
    const warmUpMs = parseDuration(flags["warm-up"], "--warm-up", { minMs: 0, maxMs: 600_000 });
    const { RunRecord } = await import("../cli/run-record.ts");
    const { toFailure } = await import("../cli/render-failure.ts");
    const { junit, out } = flags;
    const say = (line: string) => void process.stderr.write(`${shownLines(line)}\n`);
    const record = new RunRecord("orders verify", { junit, out, environment: process.env, say });
    const shutdown = listenForShutdown(
      (line) => this.note(line),
      "stopping, and removing what was started",
    );
    try {
      const verification = await verifyPipeline(
        {
          stack: flags.stack === undefined ? undefined : this.stackName(flags),
          engine: flags.engine as EngineName | "auto",
          iOwnThis: flags["i-own-this"],
          settings: this.resolved(flags),
          load,
          warmUpMs,
          consumers: flags.consumers,
          keep: flags.keep,
          drainTimeoutMs,
          signal: shutdown.signal,
          note: (line) => this.note(line),
          saveLogs: record.saveLogs,
        },
        listrNarrator({ quiet: this.quiet }),
      );
      const { details } = flags;
      const result = verificationJson(verification);
      const whole = verificationText(verification, offTerminal, { details: true });
      // First what CI is to find: the block at the end says the code that the process ends with.
      const exitCode = record.finish(verificationReport(verification), result, whole);
      const ended = { ...verification, exitCode, unwritten: record.unwritten };
      const terminal = terminalOf(process.stdout, process.env);
      this.print(verificationText(ended, terminal, { details }));
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
