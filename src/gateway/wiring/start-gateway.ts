import { createServiceLog, type LogLevel } from "../../runtime/lifecycle/output/service-log.ts";
import { sharePort } from "../../runtime/lifecycle/processes/share-port.ts";
import { mergeMetrics } from "../server/gateway-metrics.ts";
import type { GatewayWorkerOrders } from "./gateway-worker.ts";
import {
  type GatewayCounts,
  type GatewayOptions,
  serveGateway,
  stopWithinMs,
} from "./serve-gateway.ts";

export interface StartGatewayOptions
  extends Omit<GatewayOptions, "log" | "onListening" | "together"> {
  readonly instances: number;
  readonly logLevel: LogLevel;
  readonly logTo: "stdout" | "stderr";
  readonly signal: AbortSignal;
}

export interface GatewayResult extends GatewayCounts {
  /** Processes that died and were started again. */
  readonly restarts: number;
  readonly durationMs: number;
}

/** Beyond the time in which a process answers everything it has taken. */
const stopMarginMs = 5_000;

const noCounts: GatewayCounts = { requests: 0, invalid: 0, limited: 0, failed: 0 };

/**
 * The gateway, until the signal.
 * @throws Failure("usage") without any upstream, Failure("environment") when the port is taken.
 */
export async function startGateway(options: StartGatewayOptions): Promise<GatewayResult> {
  const { instances, signal, ...orders } = options;
  const { host, upstreams, logLevel: level, logTo: to, ...rest } = orders;
  const startedAtMs = performance.now();
  const log = createServiceLog({ level, to });
  const onListening = (port: number) => {
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
    log.info({ url, upstreams, instances, pid: process.pid }, `listening on ${url}`);
  };
  const { counts, restarts } =
    instances === 1
      ? {
          counts: await serveGateway({ ...rest, host, upstreams, log, signal, onListening }),
          restarts: 0,
        }
      : await sharePort<Omit<GatewayWorkerOrders, "instance">, GatewayCounts>({
          file: "gateway/wiring/gateway-worker.ts",
          ...{ orders, count: instances, noCounts, signal, onListening },
          of: { service: "the gateway", down: "nothing is answered" },
          stopWithinMs: stopWithinMs(orders) + stopMarginMs,
          onDeath: (instance, text) => log.error({ instance }, text),
          merge: mergeMetrics,
        });
  const durationMs = Math.round(performance.now() - startedAtMs);
  log.info({ ...counts, restarts, durationMs }, "stopped");
  return { ...counts, restarts, durationMs };
}
