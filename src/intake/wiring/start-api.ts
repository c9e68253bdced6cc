import { createServiceLog, type LogLevel } from "../../runtime/lifecycle/output/service-log.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { runApiCluster } from "./run-api-cluster.ts";
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
      : await runApiCluster({
          orders: { settings, host, port, logLevel, logTo },
          instances,
          log,
          signal,
          onListening,
        });
  const durationMs = Math.round(performance.now() - startedAtMs);
  log.info({ ...counts, restarts, durationMs }, "stopped");
  return { ...counts, restarts, durationMs };
}
