import * as Flags from "@oclif/core/flags";
import { instancesFlag } from "../cli/instances-flag.ts";
import { listenFlags, logLevelFlag } from "../cli/listen-flags.ts";
import { OrdersCommand } from "../cli/orders-command.ts";
import { settingFlags } from "../cli/setting-flags.ts";

interface GatewayResult {
  readonly requests: number;
  readonly invalid_requests: number;
  readonly limited_requests: number;
  readonly failed_requests: number;
  readonly instances: number;
  readonly restarts: number;
  readonly duration_ms: number;
}

export default class Gateway extends OrdersCommand {
  static override summary =
    "Stand in front of the API and the shop: routes, limits, traces, metrics";
  static override description =
    "/order and /orders/batch go to the API, the other /orders paths to the shop: to the processes of each in turn, as far as they are ready; where one cannot be reached, the next is asked. A W3C trace context is passed on, or begun. A client (an address; for IPv6 a /64) that asks more often than --rate-limit is answered 429 with Retry-After; each process counts for itself. A request is sent once more only where nothing can be done twice: the connection was never made, a GET, or a POST with an Idempotency-Key to /order, /orders/batch or /orders. 503: nothing was done; 502 and 504: nobody knows. X-Forwarded-For tells upstreams who connected; what a client claims there is dropped, unless it is a --trusted-proxy. GET /health, /ready (whether a process of each upstream is), /metrics (Prometheus). Ctrl-C or SIGTERM answers everything taken and exits 0. The log is JSON lines on stdout, under --json on stderr.";
  static override examples = [
    {
      description: "Serve beside the running stack",
      command: "<%= config.bin %> gateway --port 8088",
    },
    {
      description: "In front of services that run elsewhere, behind a load balancer",
      command:
        "<%= config.bin %> gateway --api-url http://api:8080\n --shop-url http://shop-1:8080,http://shop-2:8080 --host 0.0.0.0 --trusted-proxy 10.0.0.0/8",
    },
  ];
  static override flags = {
    ...listenFlags,
    instances: instancesFlag("processes that share the port"),
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
    const { splitUrls } = await import("../runtime/settings/http-urls.ts");
    const { startGateway } = await import("../gateway/wiring/start-gateway.ts");
    const { serveUntilStopped } = await import("../cli/until-stopped.ts");
    const { host, port, instances } = flags;
    const note = (line: string) => this.note(line);
    const result = await serveUntilStopped(note, "answering what was taken", (signal) =>
      startGateway({
        upstreams: {
          ...(apiUrl && { api: splitUrls(apiUrl) }),
          ...(shopUrl && { shop: splitUrls(shopUrl) }),
        },
        ...{ host, port, instances, connectTimeoutMs, timeoutMs, signal },
        ratePerSecond: flags["rate-limit"],
        trustedProxies: flags["trusted-proxy"] ?? [],
        logLevel: flags["log-level"],
        logTo: this.jsonEnabled() ? "stderr" : "stdout",
      }),
    );
    return {
      requests: result.requests,
      invalid_requests: result.invalid,
      limited_requests: result.limited,
      failed_requests: result.failed,
      instances,
      restarts: result.restarts,
      duration_ms: result.durationMs,
    };
  }
}
