import * as Flags from "@oclif/core/flags";
import type { AnalyticsResult } from "../../analytics/wiring/run-analytics.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../../cli/setting-flags.ts";
import { shown } from "../../failure/shown.ts";

interface AnalyticsCommandResult {
  readonly topic: string;
  readonly group: string;
  readonly counted: number;
  readonly duplicates: number;
  readonly dead: number;
  readonly caught_up: boolean;
  readonly instances: number;
  readonly duration_ms: number;
  readonly events_per_second: number;
}

export default class Analytics extends OrdersCommand {
  static override summary = "Count what happens to the shop's orders (the event processor)";
  static override description =
    "Reads the events of the shop's orders as a consumer group and keeps sales metrics, product sales and order summaries in the schema analytics. Metrics, the ids of the counted events and the offsets are written in one transaction per batch, so that an event counts once, however often it is delivered and whatever crashes. Cancellations are subtracted. What can never be counted is recorded in analytics.dead_events. Ctrl-C or SIGTERM finishes the batch in hand, commits, leaves the group and exits 0.";
  static override examples = [
    { description: "Count beside the running stack", command: "<%= config.bin %> analytics" },
    {
      description: "Count all that is in the topic with two processes, then end",
      command: "<%= config.bin %> analytics --instances 2 --until-caught-up",
    },
    { description: "What was counted", command: "<%= config.bin %> analytics show --watch" },
  ];
  static override flags = {
    instances: Flags.integer({
      summary: "processes, each a member of the group",
      default: 1,
      min: 1,
      max: 64,
    }),
    "until-caught-up": Flags.boolean({
      summary: "end when all that is in the topic now is counted",
    }),
    timeout: Flags.string({
      summary: "with --until-caught-up: end with exit code 3 after this long, saying what is left",
      dependsOn: ["until-caught-up"],
      helpValue: "TIME",
    }),
    "accept-loss": Flags.boolean({
      summary: "go on although the log no longer has what was not counted yet",
    }),
    "keep-ids": Flags.string({
      summary: "how long the event ids of a day are kept after the last event of that day came",
      default: "168h",
      helpValue: "TIME",
    }),
    "stats-interval": Flags.string({
      summary: "time between two lines of statistics",
      default: "10s",
      helpValue: "TIME",
    }),
    "health-port": Flags.integer({
      summary: "serve GET /health and /ready on this port",
      min: 0,
      max: 65_535,
    }),
    "health-host": Flags.string({ summary: "address of --health-port", default: "127.0.0.1" }),
    ...settingFlags(
      "eventsTopic",
      "analyticsGroup",
      "workers",
      "batch",
      "brokers",
      "databaseUrl",
      "fetchBytes",
      "fetchPartitionBytes",
      "expandedBatchBytes",
      "sessionTimeoutMs",
      "connectTimeoutMs",
      "requestTimeoutMs",
      "poolSize",
      "statementTimeoutMs",
      "lockTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<AnalyticsCommandResult | undefined> {
    const { flags } = await this.parse(Analytics);
    const { parseDuration } = await import("../../ports/duration.ts");
    const { listenForShutdown } = await import("../../runtime/lifecycle/shutdown.ts");
    const { endWithParent, instanceNumber, reportResult } = await import(
      "../../runtime/lifecycle/processes/as-instance.ts"
    );
    const { goOnAfterLoss, whenReaderGone } = await import(
      "../../runtime/lifecycle/output/guarded-streams.ts"
    );
    const settings = this.resolved(flags).values;
    const statsIntervalMs = parseDuration(flags["stats-interval"], "--stats-interval", {
      minMs: 100,
      maxMs: 3_600_000,
    });
    const keepIdsMs = parseDuration(flags["keep-ids"], "--keep-ids", {
      minMs: 3_600_000,
      maxMs: 8_784 * 3_600_000,
    });
    const timeoutMs =
      flags.timeout === undefined
        ? undefined
        : parseDuration(flags.timeout, "--timeout", { minMs: 100, maxMs: 86_400_000 });
    goOnAfterLoss();
    const shutdown = listenForShutdown(
      (line) => this.note(line),
      "finishing the batch in hand",
      whenReaderGone,
    );
    const instance = instanceNumber();
    if (flags.instances > 1 && instance === undefined) {
      const { runInstances } = await import("../../runtime/lifecycle/processes/run-instances.ts");
      const { results, exitCodes } = await runInstances<AnalyticsResult>(
        flags.instances,
        shutdown.signal,
        21_000,
        (line) => this.note(line),
      );
      shutdown.dispose();
      const { worstExitCode } = await import("../../failure/failure.ts");
      this.endWith(worstExitCode(exitCodes));
      return toResult(results);
    }
    if (instance !== undefined) endWithParent();
    const { runAnalytics } = await import("../../analytics/wiring/run-analytics.ts");
    const prefix = instance === undefined ? "" : `[${instance}] `;
    const result = await runAnalytics({
      ...{ settings, statsIntervalMs, keepIdsMs },
      acceptLoss: flags["accept-loss"],
      untilCaughtUp: flags["until-caught-up"],
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      health:
        flags["health-port"] === undefined
          ? undefined
          : { host: flags["health-host"], port: flags["health-port"] },
      signal: shutdown.signal,
      print: (line) => this.print(`${prefix}${line}`),
      log: (line) => this.note(`${new Date().toISOString()} ${prefix}${shown(line)}`),
    });
    shutdown.dispose();
    if (instance !== undefined) {
      reportResult(result);
      return undefined;
    }
    return toResult([result]);
  }
}

function toResult(results: readonly AnalyticsResult[]): AnalyticsCommandResult {
  const sum = (key: "counted" | "duplicates" | "dead") =>
    results.reduce((total, result) => total + result[key], 0);
  const durationMs = Math.max(0, ...results.map((result) => result.durationMs));
  const events = sum("counted") + sum("duplicates") + sum("dead");
  return {
    topic: results[0]?.topic ?? "",
    group: results[0]?.group ?? "",
    counted: sum("counted"),
    duplicates: sum("duplicates"),
    dead: sum("dead"),
    caught_up: results.length > 0 && results.every((result) => result.caughtUp),
    instances: results.length,
    duration_ms: durationMs,
    events_per_second: durationMs === 0 ? 0 : Math.round((1_000 * events) / durationMs),
  };
}
