import { createServiceLog, type LogLevel } from "../../runtime/lifecycle/output/service-log.ts";
import { sharePort } from "../../runtime/lifecycle/processes/share-port.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { ApiWorkerOrders } from "./api-worker.ts";
import { type ApiCounts, serveApi } from "./serve-api.ts";

export interface ApiOptions {
  readonly settings: Settings;
  readonly host: string;
  readonly port: number;
  readonly instances: number;
  readonly logLevel: LogLevel;
  readonly logTo: "stdout" | "stderr";
  readonly signal: AbortSignal;
}

export interface ApiResult extends ApiCounts {
  /** Processes that died and were started again. */
  readonly restarts: number;
  readonly durationMs: number;
}

/** Beyond the time in which a process answers everything it accepted. */
const stopMarginMs = 11_000;

const noCounts: ApiCounts = {
  ...{ requests: 0, invalid: 0, accepted: 0, unknown: 0, unavailable: 0, refused: 0 },
};

/**
 * The producer API, until the signal.
 * @throws Failure("environment") when no broker is configured, or the port is taken.
 */
export async function startApi(options: ApiOptions): Promise<ApiResult> {
  const { settings, host, port, instances, logLevel, logTo, signal } = options;
  const startedAtMs = performance.now();
  const log = createServiceLog({ level: logLevel, to: logTo });
  const onListening = (listeningPort: number) => {
    const url = `http://${host.includes(":") ? `[${host}]` : host}:${listeningPort}`;
    log.info({ url, topic: settings.topic, instances, pid: process.pid }, `listening on ${url}`);
  };
  const { counts, restarts } =
    instances === 1
      ? {
          counts: await serveApi({ settings, host, port, log, signal, onListening }),
          restarts: 0,
        }
      : await sharePort<Omit<ApiWorkerOrders, "instance">, ApiCounts>({
          file: "intake/wiring/api-worker.ts",
          orders: { settings, host, port, logLevel, logTo },
          ...{ count: instances, noCounts, signal, onListening },
          of: { service: "the API", down: "no orders are accepted" },
          stopWithinMs: settings.publishTimeoutMs + stopMarginMs,
          onDeath: (instance, text) => log.error({ instance }, text),
        });
  const durationMs = Math.round(performance.now() - startedAtMs);
  log.info({ ...counts, restarts, durationMs }, "stopped");
  return { ...counts, restarts, durationMs };
}
