import type { ChildSpec } from "../processes/child-spec.ts";
import type { Program } from "../processes/own-program.ts";

export interface PipelineChildrenOptions {
  readonly directory: string;
  readonly stack: string;
  /** api[i] is that of api-<i+1>; the same for the consumers' /ready. */
  readonly ports: { readonly api: readonly number[]; readonly consumer: readonly number[] };
  /** Settings; passwords go here, never into arguments. */
  readonly environment: Readonly<Record<string, string>>;
  /** How a command of ours is run. */
  readonly program: (args: readonly string[]) => Program;
}

const host = "127.0.0.1";

/** Pure: the API and the consumers as supervised processes. */
export function pipelineChildren(options: PipelineChildrenOptions): readonly ChildSpec[] {
  const child = (name: string, port: number, args: readonly string[]): ChildSpec => ({
    name,
    ...options.program(args),
    env: { ...options.environment, ORDERS_STACK: options.stack },
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
      child(`consumer-${i + 1}`, port, ["consume", "--health-port", String(port)]),
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
