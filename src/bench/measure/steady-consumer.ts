import { type ChildProcess, spawn } from "node:child_process";
import { Failure } from "../../failure/failure.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { cleanEnvironment } from "../../runtime/stack/processes/clean-environment.ts";
import { ownFile } from "../../runtime/stack/processes/own-program.ts";

/** The first message to the consumer's process: not its command line, which `ps` shows. */
export interface StartRequest {
  readonly settings: Settings;
}

/** Orders whose transactions have committed since the report before. */
export interface CommittedReport {
  readonly orderIds: readonly string[];
  /** When, by machineClockMs; in the same order. */
  readonly atMs: Float64Array;
}

const reportRequest = "report";

export function isReportRequest(message: unknown): boolean {
  return message === reportRequest;
}

export interface SteadyConsumer {
  /** Rejects when the process ends before it is told to; never resolves. */
  readonly failed: Promise<never>;
  /** Asks for what has been committed since the last report. */
  report(): Promise<CommittedReport>;
  /** Asks it to end, kills it when it does not. Resolves when it is gone. */
  stop(): Promise<void>;
}

const stopWithinMs = 6_000;
const saidMax = 4_000;

/** Starts the process of steady-consumer-main.ts. It ends with this process, however that ends. */
export function startSteadyConsumer(settings: Settings): SteadyConsumer {
  const { command, args } = ownFile("bench/measure/steady-consumer-main.ts");
  const child = spawn(command, args, {
    env: cleanEnvironment(process.env),
    stdio: ["ignore", "ignore", "pipe", "ipc"],
    serialization: "advanced",
    // Ctrl-C reaches the whole group of a terminal; we decide when the consumer ends.
    detached: true,
  });
  const end = endOf(child);
  const failed = end.then((how): never => {
    throw new Failure("environment", {
      what: `the consumer ended: ${how}`,
      meaning: "latency cannot be measured without it",
    });
  });
  failed.catch(() => {});
  child.send({ settings } satisfies StartRequest, () => {});
  return {
    failed,
    report() {
      const answer = new Promise<CommittedReport>((resolve) => {
        child.once("message", (message) => resolve(message as CommittedReport));
      });
      child.send(reportRequest, () => {});
      return Promise.race([answer, failed]);
    },
    async stop() {
      child.kill("SIGTERM");
      const killing = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
      await end;
      clearTimeout(killing);
    },
  };
}

/** @returns what it said, or how it ended. Never rejects. */
function endOf(child: ChildProcess): Promise<string> {
  let said = "";
  child.stderr?.on("data", (data: Buffer) => {
    said = (said + data.toString()).slice(-saidMax);
  });
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("close", (code, signal) => {
      resolve(
        `${said.trim() || "it said nothing"} (${code === null ? signal : `exit code ${code}`})`,
      );
    });
  });
}
