import { Failure } from "../../../failure/failure.ts";
import { goOnAfterLoss, guardOutput } from "../output/guarded-streams.ts";
import { catchUnexpectedEnds, tellWithTrace } from "../unexpected-end.ts";
import { type AskingMessage, Teller, type TellingMessage, type Together } from "./tell-all.ts";
import { type ToldFailure, toldFailure } from "./told-failure.ts";

/** What the primary process sends first. By message, not argv or environment: it may hold secrets. */
export interface SharerOrders {
  readonly port: number;
  /** Which of the processes this is, from 1. */
  readonly instance: number;
}

export type SharerMessage<Counts> =
  | { readonly ready: true }
  | { readonly listening: number }
  | { readonly counts: Counts }
  | { readonly failure: ToldFailure }
  | TellingMessage;

export interface SharerTold {
  /** Aborts when this process shall answer what it has taken, and end. */
  readonly signal: AbortSignal;
  readonly onListening: (port: number) => void;
  /** With the other processes. */
  readonly together: Together;
}

/** Makes this process one of several that share a port, where sharePort has started it as one. */
export function serveAsPortSharer<Orders extends SharerOrders, Counts>(
  serve: (orders: Orders, told: SharerTold) => Promise<Counts>,
): void {
  if (process.send === undefined) return;
  catchUnexpectedEnds(tellWithTrace);
  guardOutput();
  goOnAfterLoss();
  const stop = new AbortController();
  process.on("SIGTERM", () => stop.abort());
  // A terminal's Ctrl-C reaches every process of the group; the primary decides what it means.
  process.on("SIGINT", () => {});
  const together = new Teller((message) => tell(message));
  process.once("message", (orders) => {
    process.on("message", (message) => together.onMessage(message as AskingMessage));
    void work(orders as Orders);
  });
  tell({ ready: true });

  async function work(orders: Orders): Promise<void> {
    try {
      const onListening = (port: number) => tell({ listening: port });
      const counts = await serve(orders, { signal: stop.signal, onListening, together });
      tell({ counts }, () => process.exit(0));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      tell({ failure: toldFailure(error) }, () => process.exit(error.exitCode));
    }
  }

  function tell(message: SharerMessage<Counts>, then: () => void = () => {}): void {
    process.send?.(message, then);
  }
}
