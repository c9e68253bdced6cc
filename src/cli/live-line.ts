import { shownLines } from "../failure/shown.ts";
import { canRedraw } from "../report/redraw.ts";
import { shortened } from "../report/width.ts";

/** One line on the terminal's stderr that is written over; nothing off a terminal, or where silent. */
export function liveLine(silent: boolean): { show(line: string): void; clear(): void } {
  const { stderr } = process;
  if (silent || !canRedraw(stderr, process.env)) return { show() {}, clear() {} };
  return {
    show: (line) =>
      // One column stays free: a full line would make some terminals wrap.
      void stderr.write(
        `\r${shortened(shownLines(line), Math.max(10, (stderr.columns ?? 80) - 1))}\u001b[K`,
      ),
    clear: () => void stderr.write("\r\u001b[K"),
  };
}
