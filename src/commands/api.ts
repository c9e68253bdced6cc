import { instancesFlag } from "../cli/instances-flag.ts";
import { listenFlags, logLevelFlag } from "../cli/listen-flags.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { kafkaSecurityFlags, settingFlags } from "../cli/setting-flags.ts";

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
    ...listenFlags,
    instances: instancesFlag("processes that share the port"),
    "log-level": logLevelFlag,
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
    const { serveUntilStopped } = await import("../cli/until-stopped.ts");
    const { host, port, instances } = flags;
    const settings = this.resolved(flags).values;
    const logTo = this.jsonEnabled() ? "stderr" : "stdout";
    const note = (line: string) => this.note(line);
    const result = await serveUntilStopped(note, "answering what was accepted", (signal) =>
      startApi({ settings, host, port, instances, logLevel: flags["log-level"], logTo, signal }),
    );
    return {
      topic: settings.topic,
      requests: result.requests,
      invalid_requests: result.invalid,
      accepted_orders: result.accepted,
      unknown_orders: result.unknown,
      unavailable_orders: result.unavailable,
      refused_orders: result.refused,
      instances,
      restarts: result.restarts,
      duration_ms: result.durationMs,
    };
  }
}
