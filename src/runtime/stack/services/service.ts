import type { InfraService } from "../engines/engine.ts";

/** What the stack consists of. A service is one file here and one line in services.ts. */
export type Service = EngineService | SupervisedService;

/** Brought by the engine: a container of Docker, a process of the local one, or given from outside. */
export interface EngineService {
  readonly stage: "engine";
  readonly name: InfraService;
  /** As people call it: "Kafka". */
  readonly title: string;
  readonly port: { readonly flag: string; readonly default: number };
}

/** Processes of ours on this machine, the same on every engine; the supervisor keeps them running. */
export interface SupervisedService {
  readonly stage: "supervised";
  /** Its processes are name-1, name-2 …; --scale and `orders logs` know it by this name. */
  readonly name: string;
  /** What `up` calls it: "Consumers". */
  readonly title: string;
  /** What `down` says that it stops: "the consumers". */
  readonly all: string;
  /** How many processes where nobody asked for another number. */
  readonly instances: number;
  /** Of the first process, the next gets the next one; or any that is free, where nobody calls it. */
  readonly port: { readonly flag: string; readonly default: number } | "free";
  /** Where people reach it: the path that `up` shows behind each URL. undefined: they need not. */
  readonly path?: string;
  /** Arguments of `orders`. No secrets: everybody sees them. It must answer GET /ready on the port. */
  command(port: number): readonly string[];
  /** What it is told of the stack; a service is given no login that it does not need. */
  environment(stack: StackEnvironment): Readonly<Record<string, string>>;
  readonly stop: { readonly signal: "SIGTERM" | "SIGINT"; readonly graceMs: number };
}

export interface StackEnvironment {
  /** Settings by the names of their variables, without a login to the database. */
  readonly settings: Readonly<Record<string, string>>;
  /** The database for a program of the pipeline: on stacks of ours with its rights alone. */
  readonly databaseUrl: string;
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
