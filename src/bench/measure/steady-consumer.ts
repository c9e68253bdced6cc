import { Failure } from "../../failure/failure.ts";
import { cleanEnvironment } from "../../runtime/lifecycle/processes/clean-environment.ts";
import { createInstances, InstanceDied } from "../../runtime/lifecycle/processes/instances.ts";
import { ownFile } from "../../runtime/lifecycle/processes/own-program.ts";
import { startChild } from "../../runtime/lifecycle/processes/start-child.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { CommittedReport } from "./commit-notes.ts";

/** The first message to the consumer's process: not its command line, which `ps` shows. */
export interface StartRequest {
  readonly settings: Settings;
  /** Of the orders that will come, as benchOrders takes it: it numbers them. */
  readonly startMs: number;
}

const reportRequest = "report";

export function isReportRequest(message: unknown): boolean {
  return message === reportRequest;
}

export interface SteadyConsumer {
  /** Rejects when the process ends before it is told to; never resolves. */
  readonly failed: Promise<never>;
  /** Asks for what has been committed since the last report, or the oldest of it. */
  report(): Promise<CommittedReport>;
  /** Asks it to end, kills it when it does not. Resolves when it is gone. */
  stop(): Promise<void>;
}

const stopWithinMs = 7_000;

/** Starts the process of steady-consumer-main.ts. It ends with this process, however that ends. */
export function startSteadyConsumer(request: StartRequest): SteadyConsumer {
  const child = startChild({
    ...ownFile("bench/measure/steady-consumer-main.ts"),
    ...{ env: cleanEnvironment(process.env), output: "kept" },
  });
  const consumer = createInstances({
    ...{ count: 1, afterDeath: "fail", mayEnd: false },
    start: () => child,
  });
  void consumer.start();
  const failed = consumer.failed.catch(explain);
  failed.catch(() => {});
  let onReport: (report: CommittedReport) => void = () => {};
  child.onMessage((message) => onReport(message as CommittedReport));
  child.send(request);
  return {
    failed,
    report() {
      const answer = new Promise<CommittedReport>((resolve) => {
        onReport = resolve;
      });
      child.send(reportRequest);
      return Promise.race([answer, failed]);
    },
    stop: () => consumer.stop(stopWithinMs),
  };
}

function explain(error: unknown): never {
  if (!(error instanceof InstanceDied)) throw error;
  const { code, signal, notStarted, said } = error.death.end;
  const how = `${said || "it said nothing"} (${code === null ? signal : `exit code ${code}`})`;
  throw new Failure("environment", {
    what: `the consumer ended: ${notStarted?.message ?? how}`,
    meaning: "latency cannot be measured without it",
  });
}
