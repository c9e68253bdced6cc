import type { Program } from "../lifecycle/processes/own-program.ts";
import type { ChildSpec } from "./processes/child-spec.ts";

export interface PipelineChildrenOptions {
  readonly directory: string;
  readonly stack: string;
  /** api[i] is that of api-<i+1>; the same for the consumers' /ready. */
  readonly ports: { readonly api: readonly number[]; readonly consumer: readonly number[] };
  /** Settings; passwords go here, never into arguments. */
  readonly environment: Readonly<Record<string, string>>;
  /** The database as a consumer may use it; the API is given none. */
  readonly consumerDatabaseUrl: string;
  /** How a command of ours is run. */
  readonly program: (args: readonly string[]) => Program;
}

const host = "127.0.0.1";

/** Pure: the API and the consumers as supervised processes. */
export function pipelineChildren(options: PipelineChildrenOptions): readonly ChildSpec[] {
  const { DATABASE_URL: _, ...environment } = options.environment;
  const child = (
    name: string,
    port: number,
    args: readonly string[],
    more: Readonly<Record<string, string>> = {},
  ): ChildSpec => ({
    name,
    ...options.program(args),
    env: { ...environment, ...more, ORDERS_STACK: options.stack },
    cwd: options.directory,
    stopSignal: "SIGTERM",
    stopGraceMs: 10_000,
    port,
    readyUrl: `http://${host}:${port}/ready`,
  });
  return [
    ...options.ports.api.map((port, i) =>
      child(`api-${i + 1}`, port, ["api", "--host", host, "--port", String(port)]),
    ),
    ...options.ports.consumer.map((port, i) =>
      child(`consumer-${i + 1}`, port, ["consume", "--health-port", String(port)], {
        DATABASE_URL: options.consumerDatabaseUrl,
      }),
    ),
  ];
}

export function apiUrlOf(port: number): string {
  return `http://${host}:${port}`;
}

export function isApi(name: string): boolean {
  return name.startsWith("api-");
}

export function isConsumer(name: string): boolean {
  return name.startsWith("consumer-");
}
