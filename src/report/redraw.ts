import { widthOf } from "./width.ts";

/** What a display needs of stdout. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Whether text can be written over on it. */
export function canRedraw(
  screen: Screen,
  environment: Readonly<Record<string, string | undefined>>,
): boolean {
  return screen.isTTY === true && environment.TERM !== "dumb";
}

/**
 * As much of a text as a screen has rows for: a line more, and each drawing would scroll the one before
 * into the history. Blank lines go first, then the end.
 */
export function fitted(text: string, rows: number, columns: number): readonly string[] {
  const rowsOf = (lines: readonly string[]) =>
    lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
  const all = text.split("\n");
  if (rowsOf(all) <= rows) return all;
  const lines = all.filter((line) => line !== "");
  const kept = [...lines];
  while (kept.length > 0 && rowsOf(kept) + (kept.length < lines.length ? 1 : 0) > rows) kept.pop();
  const more = lines.length - kept.length;
  return more === 0 ? kept : [...kept, `… ${more} more`];
}

/** Writes a text over the last one. What was on the screen before stays in its history. */
export function createRedraw(screen: Screen): (text: string) => void {
  let begun = false;
  return (text) => {
    // The cursor waits on a row of its own below.
    const rows = Math.max(2, screen.rows ?? 24) - 1;
    const lines = fitted(text, rows, screen.columns ?? 80).map((line) => `${line}\u001b[K`);
    // Scrolled away rather than erased, the first time; each line erases its own rest: no flicker.
    const home = begun
      ? "\u001b[H"
      : `${"\n".repeat(Math.max(0, (screen.rows ?? 24) - 1))}\u001b[H`;
    screen.write(`${home}${lines.join("\n")}\n\u001b[J`);
    begun = true;
  };
}
