import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import { shown } from "../failure/shown.ts";
import type { RelayCounts } from "../shop/relay/relay.ts";

interface RelayResult {
  readonly topic: string;
  readonly published: number;
  readonly duplicates: number;
  readonly refused: number;
  readonly parked: number;
  readonly instances: number;
  readonly duration_ms: number;
}

export default class Relay extends OrdersCommand {
  static override summary = "Publish the shop's outbox to Kafka, in order per order id";
  static override description =
    "An event is marked SENT after all in-sync replicas have acknowledged it, so none is lost; one that is sent again after a crash carries the same event-id. An event waits until every earlier one of its order is SENT: order per order id holds with any number of relays. An event that Kafka refuses for what it is (too large) is tried again later and later, then PARKED with its reason, and holds back its order's later ones (`orders outbox list`). Relays share the outbox; one that dies is replaced within five seconds. Ctrl-C or SIGTERM finishes the batch in hand and exits 0.";
  static override examples = [
    { description: "Publish beside the running stack", command: "<%= config.bin %> relay" },
    { description: "Two processes", command: "<%= config.bin %> relay --instances 2" },
  ];
  static override flags = {
    instances: Flags.integer({
      summary: "processes, each with its share of the outbox",
      default: 1,
      min: 1,
      max: 64,
    }),
    "keep-sent": Flags.string({
      summary: "how long events that were sent stay in the outbox",
      default: "1h",
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
      "brokers",
      "databaseUrl",
      "compression",
      "connectTimeoutMs",
      "requestTimeoutMs",
      "poolSize",
      "statementTimeoutMs",
      "lockTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<RelayResult | undefined> {
    const { flags } = await this.parse(Relay);
    const { parseDuration } = await import("../ports/duration.ts");
    const { listenForShutdown } = await import("../runtime/lifecycle/shutdown.ts");
    const { endWithParent, instanceNumber, reportResult } = await import(
      "../runtime/lifecycle/processes/as-instance.ts"
    );
    const { goOnAfterLoss, whenReaderGone } = await import(
      "../runtime/lifecycle/output/guarded-streams.ts"
    );
    const settings = this.resolved(flags).values;
    const keepSentMs = parseDuration(flags["keep-sent"], "--keep-sent", {
      minMs: 0,
      maxMs: 30 * 86_400_000,
    });
    goOnAfterLoss();
    const shutdown = listenForShutdown(
      (line) => this.note(line),
      "finishing the batch in hand",
      whenReaderGone,
    );
    const startedAtMs = performance.now();
    const toResult = (results: readonly RelayCounts[]): RelayResult => ({
      topic: settings.eventsTopic,
      ...sumOf(results),
      instances: results.length,
      duration_ms: Math.round(performance.now() - startedAtMs),
    });
    const instance = instanceNumber();
    if (flags.instances > 1 && instance === undefined) {
      const { runInstances } = await import("../runtime/lifecycle/processes/run-instances.ts");
      const { results, exitCodes } = await runInstances<RelayCounts>(
        flags.instances,
        shutdown.signal,
        settings.requestTimeoutMs + 5_000,
        (line) => this.note(line),
      );
      shutdown.dispose();
      const { worstExitCode } = await import("../failure/failure.ts");
      this.endWith(worstExitCode(exitCodes));
      return toResult(results);
    }
    if (instance !== undefined) endWithParent();
    const prefix = instance === undefined ? "" : `[${instance}] `;
    const { runRelay } = await import("../shop/wiring/run-relay.ts");
    const counts = await runRelay({
      ...{ settings, keepSentMs, signal: shutdown.signal },
      health:
        flags["health-port"] === undefined
          ? undefined
          : { host: flags["health-host"], port: flags["health-port"] },
      log: (line) => this.note(`${new Date().toISOString()} ${prefix}${shown(line)}`),
    });
    shutdown.dispose();
    this.print(
      `${prefix}published ${counts.published} events, ${counts.duplicates} of others again, ${counts.parked} parked`,
    );
    if (instance === undefined) return toResult([counts]);
    reportResult(counts);
    return undefined;
  }
}

function sumOf(results: readonly RelayCounts[]): RelayCounts {
  const sum = { published: 0, duplicates: 0, refused: 0, parked: 0 };
  for (const result of results) {
    sum.published += result.published;
    sum.duplicates += result.duplicates;
    sum.refused += result.refused;
    sum.parked += result.parked;
  }
  return sum;
}
