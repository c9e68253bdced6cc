import type { KafkaAuth, SaslMechanism } from "../../settings/settings.ts";
import type { EngineName, ServiceState } from "../stack-status.ts";

/**
 * What brings Kafka and PostgreSQL to a stack. An engine cares for these two alone: topics, tables,
 * the API and the consumers are the same on every engine and are started by the pipeline, as
 * supervised processes on this machine.
 */
export type { EngineName, ServiceState };

export type InfraService = "kafka" | "postgres";

export interface Endpoints {
  /** host:port, separated by commas; reachable from this machine. */
  readonly brokers: string;
  /** With user and password. Never printed but by `status --env` and `db url`. */
  readonly databaseUrl: string;
  /** Whether the engine's own Kafka asks for a login; only where an engine knows that. */
  readonly kafkaAuth?: KafkaAuth;
  /** The login that it asks for. Never printed but by `status --env`. */
  readonly kafkaLogin?: {
    readonly mechanism: SaslMechanism;
    readonly username: string;
    readonly password: string;
  };
}

/** Which stack a call is about. */
export interface EngineContext {
  readonly stack: string;
  /** The stack's own directory; exists, 0700. An engine keeps its files below `engine/` in it. */
  readonly directory: string;
}

export interface StartSpec {
  /** What a person gave: addresses for the external engine (the others bring their own), and kafkaAuth for the local one. */
  readonly given: {
    readonly brokers?: string | undefined;
    readonly databaseUrl?: string | undefined;
    /** Said by hand, whether Kafka is to ask for a login; undefined: as this stack was made. */
    readonly kafkaAuth?: KafkaAuth | undefined;
  };
  /**
   * Ports on 127.0.0.1. undefined: the one this stack had before, else the default (9092, 5432);
   * 0: a free one. A taken port is a Failure("environment") that names its holder.
   */
  readonly ports: { readonly kafka?: number | undefined; readonly postgres?: number | undefined };
  /** For everything start() does except downloads, which have limits of their own. */
  readonly timeoutMs: number;
  /** Aborted by Ctrl-C; start() then rejects soon with the signal's reason, leaving stop() possible. */
  readonly signal: AbortSignal;
}

/** One line on what is being done now, e.g. "downloading Kafka". Both services report at once. */
export type EngineProgress = (service: InfraService, doing: string) => void;

export interface StartResult {
  readonly endpoints: Endpoints;
  /** What this call started, as against found running: a failed boot rolls back exactly these. */
  readonly started: readonly InfraService[];
}

export interface StopSpec {
  /** undefined: both. Given when a failed boot takes back only what it started. */
  readonly services?: readonly InfraService[];
  /** From asking kindly until killing. */
  readonly graceMs: number;
  /** Also remove the data. */
  readonly removeData: boolean;
}

export interface ServiceStatus {
  readonly service: InfraService;
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
  readonly service: InfraService;
  /** How many of the last lines to begin with. */
  readonly lines: number;
  /** Keep on writing lines as they come, until the signal. */
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

export interface Engine {
  readonly name: EngineName;
  /**
   * Starts what is not running and leaves the rest alone. Resolves when both have been started and
   * their ports are known; that they answer is for the caller to wait for (it asks Kafka and
   * PostgreSQL themselves). May use what an engine knows besides (Docker: --wait).
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
