import {
  goOnAfterLoss,
  whenReaderGone,
  whenStdoutLost,
} from "../runtime/lifecycle/output/guarded-streams.ts";
import { listenForShutdown, type Shutdown } from "../runtime/lifecycle/shutdown.ts";

/**
 * Work that the first signal stops, and a second one cuts off.
 * @param say writes one line for a person.
 * @param doing what the first signal leads to: "finishing the batch in hand".
 */
export function untilStopped<T>(
  say: (line: string) => void,
  doing: string,
  work: (shutdown: Shutdown) => Promise<T>,
): Promise<T> {
  return during(listenForShutdown(say, doing), work);
}

/** A service: the same, but its output is its log, which it outlives, unless the log's reader leaves. */
export function serveUntilStopped<T>(
  say: (line: string) => void,
  doing: string,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  goOnAfterLoss();
  return during(listenForShutdown(say, doing, whenReaderGone), ({ signal }) => work(signal));
}

/** Reading or following: it ends without a word, and when nobody reads any more, too. */
export function untilLeft<T>(work: (shutdown: Shutdown) => Promise<T>): Promise<T> {
  return during(
    listenForShutdown(() => {}, "ending", whenStdoutLost),
    work,
  );
}

async function during<T>(shutdown: Shutdown, work: (shutdown: Shutdown) => Promise<T>): Promise<T> {
  try {
    return await work(shutdown);
  } finally {
    shutdown.dispose();
  }
}
