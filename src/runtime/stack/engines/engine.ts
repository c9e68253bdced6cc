import type { KafkaAuth } from "../../settings/settings.ts";
import type { Endpoints, EngineContext, EngineService } from "../services/service.ts";
import type { EngineName, ServiceState } from "../stack-status.ts";

/**
 * What brings the services of the stage `infra` (Kafka, PostgreSQL) to a stack. An engine cares for
 * these alone: what is put into them, and the pipeline, are the same on every engine; the pipeline runs
 * as supervised processes on this machine.
 */
export type { Endpoints, EngineContext, EngineName, ServiceState };

export interface StartSpec {
  /** What a person gave: addresses for the external engine (the others bring their own), and kafkaAuth for the local one. */
  readonly given: {
    readonly brokers?: string | undefined;
    readonly databaseUrl?: string | undefined;
    /** Said by hand, whether Kafka is to ask for a login; undefined: as this stack was made. */
    readonly kafkaAuth?: KafkaAuth | undefined;
  };
  /**
   * Ports on 127.0.0.1 by service. undefined: the one this stack had before, else the service's own;
   * 0: a free one. A taken port is a Failure("environment") that names its holder.
   */
  readonly ports: Readonly<Record<string, number | undefined>>;
  /** For everything start() does except downloads, which have limits of their own. */
  readonly timeoutMs: number;
  /** Aborted by Ctrl-C; start() then rejects soon with the signal's reason, leaving stop() possible. */
  readonly signal: AbortSignal;
}

/** One line on what is being done now, e.g. "downloading Kafka". All services report at once. */
export type EngineProgress = (service: string, doing: string) => void;

export interface StartResult {
  readonly endpoints: Endpoints;
  /** What this call started, as against found running: a failed boot rolls back exactly these. */
  readonly started: readonly string[];
}

export interface StopSpec {
  /** Names; undefined: all. Given when a failed boot takes back only what it started. */
  readonly services?: readonly string[];
  /** From asking kindly until killing. */
  readonly graceMs: number;
  /** Also remove the data. */
  readonly removeData: boolean;
}

export interface ServiceStatus {
  readonly service: string;
  readonly state: ServiceState;
  readonly pid?: number | undefined;
  /** Where it listens on this machine. */
  readonly port?: number | undefined;
  readonly startedAtMs?: number | undefined;
  readonly restarts: number;
  /** Why it is not running. */
  readonly reason?: string | undefined;
}

export interface LogRequest {
  readonly service: string;
  /** How many of the last lines to begin with. */
  readonly lines: number;
  /** Keep on writing lines as they come, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export interface Engine {
  readonly name: EngineName;
  /** What it brings to a stack. External: []. */
  readonly services: readonly EngineService[];
  /**
   * Starts what is not running and leaves the rest alone. Resolves when all have been started and
   * their ports are known; that they answer is for the caller to wait for (it asks the
   * services themselves). May use what an engine knows besides (Docker: --wait).
   * @throws Failure("environment") when it cannot.
   */
  start(context: EngineContext, spec: StartSpec, progress: EngineProgress): Promise<StartResult>;
  /** Stops what this stack started, running or half dead; nothing there is no error. */
  stop(context: EngineContext, spec: StopSpec): Promise<void>;
  /** Reads only; bounded to a few seconds. External: []. */
  status(context: EngineContext): Promise<readonly ServiceStatus[]>;
  /** Calls `write` for each line. Resolves at the end, or when the signal is aborted. */
  logs(context: EngineContext, request: LogRequest, write: (line: string) => void): Promise<void>;
}
