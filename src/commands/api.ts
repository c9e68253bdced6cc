import * as Flags from "@oclif/core/flags";
import { OrdersCommand } from "../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";
import type { LogLevel } from "../runtime/lifecycle/output/service-log.ts";

interface ApiCommandResult {
  readonly topic: string;
  readonly requests: number;
  readonly invalid_requests: number;
  readonly accepted_orders: number;
  readonly unknown_orders: number;
  readonly unavailable_orders: number;
  readonly refused_orders: number;
  readonly instances: number;
  readonly restarts: number;
  readonly duration_ms: number;
}

export default class Api extends OrdersCommand {
  static override summary = "Take orders over HTTP and place them on the topic (the producer API)";
  static override description =
    "POST /order and POST /orders/batch answer 202 once Kafka has acknowledged, 504 when that is not known in time (repeat with the same Idempotency-Key), 503 when nothing was handed to Kafka or too few replicas are in sync, 413 and 502 when Kafka refused it for good. GET /health says that the process lives, GET /ready that Kafka answers. It starts before Kafka does. Ctrl-C or SIGTERM answers everything accepted and exits 0. The log is JSON lines on stdout, under --json on stderr.";
  static override examples = [
    { description: "Serve beside the running stack", command: "<%= config.bin %> api --port 8081" },
    {
      description: "Two processes on one port, for a system that orders did not start",
      command: "<%= config.bin %> api --brokers kafka:9092 --host 0.0.0.0 --instances 2",
    },
    {
      description: "Place an order",
      command: `curl localhost:8080/order -H Content-Type:application/json\n -d '{"customer_id":"C1","product_id":"PROD001","quantity":1,"amount":9}'`,
    },
  ];
  static override flags = {
    port: Flags.integer({
      summary: "port to listen on, 0 for any free one [env: PORT]",
      default: 8080,
      env: "PORT",
      min: 0,
      max: 65_535,
    }),
    host: Flags.string({
      summary: "address to listen on; the default is reached from this machine only",
      default: "127.0.0.1",
    }),
    instances: Flags.integer({
      summary: "processes that share the port",
      default: 1,
      min: 1,
      max: 64,
    }),
    "log-level": Flags.string({
      summary: "least level that is logged; debug adds a line for every request",
      options: ["error", "warn", "info", "debug"],
      default: "info",
    }),
    ...settingFlags(
      "brokers",
      "topic",
      "compression",
      "publishBatch",
      "maxMessageBytes",
      "publishTimeoutMs",
      "publishQueue",
      "connectTimeoutMs",
      "requestTimeoutMs",
      ...kafkaSecurityFlags,
    ),
  };

  async run(): Promise<ApiCommandResult> {
    const { flags } = await this.parse(Api);
    const { startApi } = await import("../intake/wiring/start-api.ts");
    const { listenForShutdown } = await import("../runtime/lifecycle/shutdown.ts");
    const settings = this.resolved(flags).values;
    const { goOnAfterLoss, whenReaderGone } = await import(
      "../runtime/lifecycle/output/guarded-streams.ts"
    );
    goOnAfterLoss();
    const shutdown = listenForShutdown(
      (line) => this.note(line),
      "answering what was accepted",
      whenReaderGone,
    );
    const result = await startApi({
      settings,
      host: flags.host,
      port: flags.port,
      instances: flags.instances,
      logLevel: flags["log-level"] as LogLevel,
      logTo: this.jsonEnabled() ? "stderr" : "stdout",
      signal: shutdown.signal,
    });
    shutdown.dispose();
    return {
      topic: settings.topic,
      requests: result.requests,
      invalid_requests: result.invalid,
      accepted_orders: result.accepted,
      unknown_orders: result.unknown,
      unavailable_orders: result.unavailable,
      refused_orders: result.refused,
      instances: flags.instances,
      restarts: result.restarts,
      duration_ms: result.durationMs,
    };
  }
}
