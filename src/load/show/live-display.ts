import type { LoadProgress } from "../load-options.ts";
import type { Slice } from "../slice.ts";
import { liveLine } from "./live-line.ts";
import { LiveScreen } from "./live-screen.ts";

/** What the display needs of stderr. */
export interface DisplayStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export interface LiveDisplay {
  show(progress: LoadProgress): void;
  /** A second is over. */
  second(slice: Slice): void;
  /** Takes the lines away, so that what is printed next begins on a clean one. */
  clear(): void;
}

/** Off a terminal, one line this often: readable in a log, and it shows that the load is alive. */
const logIntervalMs = 5_000;
const logColumns = 200;
const columnsWhenUnknown = 80;

/** On a terminal lines that are written over; elsewhere a line every few seconds. */
export function createLiveDisplay(stream: DisplayStream): LiveDisplay {
  return stream.isTTY === true ? rewritten(stream) : logged(stream);
}

function rewritten(stream: DisplayStream): LiveDisplay {
  const screen = new LiveScreen();
  let shown = 0;
  /** To the beginning of the first line, with all of them erased. */
  const home = () => `\r${shown > 1 ? `\u001b[${shown - 1}A` : ""}\u001b[J`;
  return {
    show(progress) {
      // One column stays free: a full line would make some terminals wrap.
      const columns = Math.max(10, (stream.columns ?? columnsWhenUnknown) - 1);
      const lines = screen.lines(progress, columns);
      stream.write(`${home()}${lines.join("\n")}`);
      shown = lines.length;
    },
    second: (slice) => screen.second(slice),
    clear() {
      if (shown > 0) stream.write(home());
      shown = 0;
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
    second() {},
    clear() {},
  };
}
