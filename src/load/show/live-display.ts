import type { LoadProgress } from "../load-options.ts";
import { liveLine } from "./live-line.ts";

/** What the display needs of stderr. */
export interface DisplayStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface LiveDisplay {
  show(progress: LoadProgress): void;
  /** Takes the line away, so that what is printed next begins on a clean one. */
  clear(): void;
}

/** Off a terminal, one line this often: readable in a log, and it shows that the load is alive. */
const logIntervalMs = 5_000;
const logColumns = 200;
const columnsWhenUnknown = 80;

/** On a terminal one line that is written over; elsewhere a line every few seconds. */
export function createLiveDisplay(stream: DisplayStream): LiveDisplay {
  return stream.isTTY === true ? rewritten(stream) : logged(stream);
}

function rewritten(stream: DisplayStream): LiveDisplay {
  let shown = false;
  return {
    show(progress) {
      // One column stays free: a full line would make some terminals wrap.
      const columns = (stream.columns ?? columnsWhenUnknown) - 1;
      stream.write(`\r\u001b[2K${liveLine(progress, Math.max(10, columns))}`);
      shown = true;
    },
    clear() {
      if (shown) stream.write("\r\u001b[2K");
      shown = false;
    },
  };
}

function logged(stream: DisplayStream): LiveDisplay {
  let nextMs = logIntervalMs;
  return {
    show(progress) {
      if (progress.elapsedMs < nextMs) return;
      nextMs = progress.elapsedMs + logIntervalMs;
      stream.write(`${liveLine(progress, logColumns)}\n`);
    },
    clear() {},
  };
}
