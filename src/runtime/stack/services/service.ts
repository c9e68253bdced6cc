import type { KafkaAuth, SaslMechanism, SettingKey } from "../../settings/settings.ts";
import type { ChildRecord } from "../processes/supervisor-files.ts";
import type { Needs } from "./needs.ts";
import type { Preparation, Proof } from "./preparation.ts";

/** What the stack consists of. A service is one file here and one line in services.ts. */
export type Service = EngineService | SupervisedService;

/** Brought by the engine: a container of Docker, a process of the local one, or given from outside. */
export interface EngineService {
  readonly stage: "engine";
  readonly name: string;
  /** As people call it: "Kafka". */
  readonly title: string;
  /** Heads its column of `orders ls`; undefined: the title. */
  readonly shortTitle?: string;
  readonly port: { readonly flag: string; readonly default: number };
  /** Steps of a boot that follow its own: what is put into it. */
  readonly steps: readonly { readonly step: string; readonly title: string }[];
  /** Starts it as a supervised process of this machine; leaves one that runs as wanted alone. */
  startLocally(start: LocalStart): Promise<Partial<Endpoints>>;
  /** As the service of this name in the shipped compose file. */
  readonly container: {
    /** As Docker writes the one inside the container that is published: "5432/tcp". */
    readonly port: string;
    /** What the compose file asks for beside NAME_PORT and NAME_CONTAINER. */
    environment(secrets: ContainerSecrets): Readonly<Record<string, string>>;
    endpoints(port: number, secrets: ContainerSecrets): Partial<Endpoints>;
  };
  /** Waits until it answers, then puts into it what the pipeline needs. */
  prepare(preparation: Preparation): Promise<void>;
  /** Beside the start of the pipeline: that it really works. */
  prove?(proof: Proof): Promise<void>;
}

/** Processes of ours on this machine, the same on every engine; the supervisor keeps them running. */
export interface SupervisedService {
  readonly stage: "supervised";
  /** Its processes are name-1, name-2 …; --scale and `orders logs` know it by this name. */
  readonly name: string;
  /** Only stacks of this profile have it; undefined: every stack. */
  readonly profile?: StackProfile;
  /** What must be there before it starts, beside the pipeline's own topics and tables. */
  readonly needs?: Partial<Needs>;
  /** What `up` calls it: "Consumers". */
  readonly title: string;
  /** Heads its column of `orders ls`; undefined: the title. */
  readonly shortTitle?: string;
  /** What `down` says that it stops: "the consumers". */
  readonly all: string;
  /** How many processes where nobody asked for another number. */
  readonly instances: number;
  /** Of the first process, the next gets the next one; or any that is free, where nobody calls it. */
  readonly port: { readonly flag: string; readonly default: number } | "free";
  /** Where people reach it: the path that `up` shows behind each URL. undefined: they need not. */
  readonly path?: string;
  /** The setting by which commands beside the stack find the first process. */
  readonly urlSetting?: UrlSetting;
  /** What follows the URL in a call of curl that tries it, and its heading. */
  readonly example?: { readonly title: string; readonly arguments: string };
  /** A sentence of `status` while there is a process of it. The strategy is ready to be shown. */
  remark?(known: { readonly strategy: string }): string;
  /** Arguments of `orders`. No secrets: everybody sees them. It must answer GET /ready on the port. */
  command(port: number): readonly string[];
  /** Arguments besides, in stacks of a profile. */
  readonly inProfile?: Readonly<Partial<Record<StackProfile, readonly string[]>>>;
  /** What it is told of the stack; a service is given no login that it does not need. */
  environment(stack: StackEnvironment): Readonly<Record<string, string>>;
  readonly stop: { readonly signal: "SIGTERM" | "SIGINT"; readonly graceMs: number };
}

/** What a stack may consist of beside the pipeline (`orders up --profile`). */
export const stackProfiles = ["shop"] as const;
export type StackProfile = (typeof stackProfiles)[number];

export interface StackEnvironment {
  /** Settings by the names of their variables, without a login to the database. */
  readonly settings: Readonly<Record<string, string>>;
  /** The database for a program of the pipeline: on stacks of ours with its rights alone. */
  readonly databaseUrl: string;
  /** All processes of each service that has such a setting, as against the first. */
  readonly urls: Readonly<Partial<Record<UrlSetting, readonly string[]>>>;
}

export type UrlSetting = Exclude<Extract<SettingKey, `${string}Url`>, "databaseUrl">;

/** Where the stack's Kafka and database are. */
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

export interface LocalStart {
  readonly context: EngineContext;
  /** Its process, where it runs. */
  readonly running: ChildRecord | undefined;
  readonly port: number;
  /** Said by hand; undefined: as this stack was made. */
  readonly kafkaAuth: KafkaAuth | undefined;
  readonly signal: AbortSignal;
  /** Downloads excepted, which have limits of their own. */
  readonly timeoutMs: number;
  readonly progress: (doing: string) => void;
}

/** Made with a stack's containers, and kept as long as their data. */
export interface ContainerSecrets {
  /** Lives as long as the volume: PostgreSQL takes it when its data is made, and never again. */
  readonly password: string;
  /** Of the Kafka cluster: another one's offsets mean nothing here. */
  readonly clusterId: string;
}

/** How many processes a service may have. */
export const instancesMax = 64;

export function engineServices(services: readonly Service[]): readonly EngineService[] {
  return services.filter((service) => service.stage === "engine");
}

export function supervisedServices(services: readonly Service[]): readonly SupervisedService[] {
  return services.filter((service) => service.stage === "supervised");
}

/** @param index from 0. */
export function instanceName({ name }: Pick<SupervisedService, "name">, index: number): string {
  return `${name}-${index + 1}`;
}

export function isInstanceOf({ name }: Pick<SupervisedService, "name">, process: string): boolean {
  return process.startsWith(`${name}-`) && /^\d+$/.test(process.slice(name.length + 1));
}

export function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** Those that listen where a person may say: those of ours first, for they are what people call. */
export function servicesWithPort(services: readonly Service[]) {
  return [...supervisedServices(services), ...engineServices(services)].flatMap((service) =>
    service.port === "free" ? [] : [{ ...service, port: service.port }],
  );
}
