import { Failure, type FailureKind, type FailureText } from "../../failure/failure.ts";
import { goOnAfterLoss, guardOutput } from "../../runtime/lifecycle/output/guarded-streams.ts";
import { createServiceLog, type LogLevel } from "../../runtime/lifecycle/output/service-log.ts";
import { catchUnexpectedEnds, tellWithTrace } from "../../runtime/lifecycle/unexpected-end.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type ApiCounts, serveApi } from "./serve-api.ts";

/** What the primary process sends first. By message, not argv or environment: it holds secrets. */
export interface WorkerOrders {
  readonly settings: Settings;
  readonly host: string;
  readonly port: number;
  readonly logLevel: LogLevel;
  readonly logTo: "stdout" | "stderr";
  readonly instance: number;
}

export type WorkerMessage =
  | { readonly ready: true }
  | { readonly listening: number }
  | { readonly counts: ApiCounts }
  | { readonly failure: { readonly kind: FailureKind } & FailureText };

/** One of several processes that share the API's port. Runs when it is a process of its own. */
if (process.send !== undefined) {
  catchUnexpectedEnds(tellWithTrace);
  guardOutput();
  goOnAfterLoss();
  const stop = new AbortController();
  process.on("SIGTERM", () => stop.abort());
  // A terminal's Ctrl-C reaches every process of the group; the primary decides what it means.
  process.on("SIGINT", () => {});
  process.once("message", (orders) => {
    void work(orders as WorkerOrders, stop.signal);
  });
  tell({ ready: true });
}

async function work(orders: WorkerOrders, signal: AbortSignal): Promise<void> {
  const { logLevel: level, logTo: to, instance, ...address } = orders;
  const log = createServiceLog({ level, to, instance });
  try {
    const counts = await serveApi({
      ...address,
      log,
      signal,
      onListening: (port) => tell({ listening: port }),
    });
    tell({ counts }, () => process.exit(0));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { kind, message: what, meaning, remedy } = error;
    const text = {
      what,
      ...(meaning === undefined ? {} : { meaning }),
      ...(remedy === undefined ? {} : { remedy }),
    };
    tell({ failure: { kind, ...text } }, () => process.exit(error.exitCode));
  }
}

function tell(message: WorkerMessage, then: () => void = () => {}): void {
  process.send?.(message, then);
}
