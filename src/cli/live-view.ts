import { shownJson, shownLines } from "../failure/shown.ts";
import { canRedraw, createRedraw } from "../report/redraw.ts";
import { writeLine } from "../report/write-line.ts";

/** The two ways in which a state is shown to people, again and again. */
export interface Looks<T> {
  line(value: T): string;
  /** @param size of the terminal; undefined where it is not known. */
  screen(
    value: T,
    size: { readonly width: number | undefined; readonly height: number | undefined },
  ): string;
}

/** What --watch shows: a JSON document a line, a redrawn screen on a terminal, a line each time elsewhere. */
export function liveView<T>(
  asJson: boolean,
  { line, screen }: Looks<T>,
): (value: T) => Promise<void> | undefined {
  if (asJson) return (value) => writeLine(process.stdout, shownJson(value));
  if (!canRedraw(process.stdout, process.env))
    return (value) => writeLine(process.stdout, shownLines(line(value)));
  const redraw = createRedraw(process.stdout);
  return (value) => {
    const { columns: width, rows: height } = process.stdout;
    redraw(shownLines(screen(value, { width, height })));
    return undefined;
  };
}
