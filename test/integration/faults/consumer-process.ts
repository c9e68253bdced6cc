import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { execa } from "execa";
import { eventually } from "../services.ts";

export interface Readiness {
  readonly status: number;
  readonly reason: string | undefined;
}

/** As ps has it: T is suspended. */
async function stateOf(pid: number | undefined): Promise<string> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "stat=", "-p", String(pid)]);
  return stdout.trim().slice(0, 1);
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
    { env: environment, reject: false, all: true, timeout: 300_000, forceKillAfterDelay: false },
  );
  let said = "";
  child.all?.on("data", (data: Buffer) => {
    said += data.toString();
  });
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
    notReady: async (reason: RegExp, withinMs = 30_000) => {
      let found: Readiness | undefined;
      const matches = async () => {
        found = await readiness();
        return found?.status === 503 && reason.test(found.reason ?? "") && found.reason;
      };
      return eventually(matches, `GET /ready says ${reason}`, withinMs).catch((error: Error) => {
        throw new Error(
          `${error.message}; last ${JSON.stringify(found)}; the consumer said:\n${said}`,
        );
      });
    },
    said: () => said,
    /** Fails as soon as it calls itself ready within this time. */
    staysNotReady: async (forMs: number) => {
      const until = performance.now() + forMs;
      await eventually(async () => {
        const found = await readiness();
        if (found?.status !== 503) throw new Error(`ready says ${JSON.stringify(found)}`);
        return performance.now() > until;
      }, "the time is over");
    },
    saying: (what: RegExp, withinMs = 60_000) =>
      eventually(() => what.test(said), `the consumer says ${what}`, withinMs).catch(
        (error: Error) => {
          throw new Error(`${error.message}; it said:\n${said}`);
        },
      ),
    /** Until it stopped itself at a failpoint. */
    suspended: () =>
      eventually(async () => (await stateOf(child.pid)) === "T", "it is suspended", 60_000).catch(
        (error: Error) => {
          throw new Error(`${error.message}; it said:\n${said}`);
        },
      ),
    kill: (signal: NodeJS.Signals) => child.kill(signal),
  };
}
