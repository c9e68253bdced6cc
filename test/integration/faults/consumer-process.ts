import { execa } from "execa";
import { eventually } from "../services.ts";

export interface Readiness {
  readonly status: number;
  readonly reason: string | undefined;
}

/** The real consumer in a process of its own, with its health server. */
export function startConsumerProcess(
  environment: Readonly<Record<string, string>>,
  port: number,
  ...flags: string[]
) {
  const child = execa(
    "node",
    ["bin/run.js", "consume", "--stats-interval", "1s", "--health-port", String(port), ...flags],
    { env: environment, reject: false, all: true, timeout: 300_000 },
  );
  const readiness = async (): Promise<Readiness | undefined> => {
    try {
      const response = await fetch(`http://127.0.0.1:${port}/ready`);
      const { reason } = (await response.json()) as { reason?: string };
      return { status: response.status, reason };
    } catch {
      return undefined;
    }
  };
  return {
    child,
    readiness,
    ready: () =>
      eventually(async () => (await readiness())?.status === 200, "the consumer is ready", 60_000),
    /** @returns the reason that GET /ready gives. */
    notReady: (reason: RegExp, withinMs = 60_000) =>
      eventually(
        async () => {
          const found = await readiness();
          return found?.status === 503 && reason.test(found.reason ?? "") && found.reason;
        },
        `GET /ready says ${reason}`,
        withinMs,
      ),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
  };
}
