import * as Flags from "@oclif/core/flags";
import { listenFlags, logLevelFlag } from "../cli/listen-flags.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { settingFlags } from "../cli/setting-flags.ts";

interface GatewayResult {
  readonly requests: number;
  readonly invalid_requests: number;
  readonly limited_requests: number;
  readonly failed_requests: number;
  readonly duration_ms: number;
}

export default class Gateway extends OrdersCommand {
  static override summary =
    "Stand in front of the API and the shop: routes, limits, traces, metrics";
  static override description =
    "/order and /orders/batch go to the API, the other /orders paths to the shop. A W3C trace context is passed on, or begun. A client (an address; for IPv6 a /64) that asks more often than --rate-limit is answered 429 with Retry-After; each process counts for itself. A request is sent once more only where nothing can be done twice: the connection was never made, a GET, or a POST with an Idempotency-Key to /order, /orders/batch or /orders. 503: nothing was done; 502 and 504: nobody knows. X-Forwarded-For tells upstreams who connected; what a client claims there is dropped, unless it is a --trusted-proxy. GET /health, /ready (whether both upstreams are), /metrics (Prometheus). Ctrl-C or SIGTERM answers everything taken and exits 0. The log is JSON lines on stdout, under --json on stderr.";
  static override examples = [
    {
      description: "Serve beside the running stack",
      command: "<%= config.bin %> gateway --port 8088",
    },
    {
      description: "In front of services that run elsewhere, behind a load balancer",
      command:
        "<%= config.bin %> gateway --api-url http://api:8080 --shop-url http://shop:8080\n --host 0.0.0.0 --trusted-proxy 10.0.0.0/8",
    },
  ];
  static override flags = {
    ...listenFlags,
    "rate-limit": Flags.integer({
      summary: "requests a second that one client may send, and as many at once; 0: no limit",
      default: 10_000,
      min: 0,
      max: 1_000_000,
    }),
    "trusted-proxy": Flags.string({
      summary:
        "address or range of a proxy in front, whose X-Forwarded-For is believed; may be given more than once",
      multiple: true,
      helpValue: "CIDR",
    }),
    timeout: Flags.string({
      summary: "longest wait for an upstream's answer",
      default: "15s",
      helpValue: "D",
    }),
    "log-level": logLevelFlag,
    ...settingFlags("apiUrl", "shopUrl", "connectTimeoutMs"),
  };

  async run(): Promise<GatewayResult> {
    const { flags } = await this.parse(Gateway);
    const { apiUrl, shopUrl, connectTimeoutMs } = this.resolved(flags).values;
    const { parseDuration } = await import("../ports/duration.ts");
    const timeoutMs = parseDuration(flags.timeout, "--timeout", { minMs: 100, maxMs: 600_000 });
    const { serveGateway } = await import("../gateway/wiring/serve-gateway.ts");
    const { createServiceLog } = await import("../runtime/lifecycle/output/service-log.ts");
    const { serveUntilStopped } = await import("../cli/until-stopped.ts");
    const log = createServiceLog({
      level: flags["log-level"],
      to: this.jsonEnabled() ? "stderr" : "stdout",
    });
    const startedAtMs = performance.now();
    const { host, port } = flags;
    const note = (line: string) => this.note(line);
    const counts = await serveUntilStopped(note, "answering what was taken", (signal) =>
      serveGateway({
        upstreams: { ...(apiUrl && { api: apiUrl }), ...(shopUrl && { shop: shopUrl }) },
        ...{ host, port, connectTimeoutMs, timeoutMs, log, signal },
        ratePerSecond: flags["rate-limit"],
        trustedProxies: flags["trusted-proxy"] ?? [],
        onListening(listening) {
          const url = `http://${host.includes(":") ? `[${host}]` : host}:${listening}`;
          log.info({ url, apiUrl, shopUrl, pid: process.pid }, `listening on ${url}`);
        },
      }),
    );
    const durationMs = Math.round(performance.now() - startedAtMs);
    log.info({ ...counts, durationMs }, "stopped");
    return {
      requests: counts.requests,
      invalid_requests: counts.invalid,
      limited_requests: counts.limited,
      failed_requests: counts.failed,
      duration_ms: durationMs,
    };
  }
}
