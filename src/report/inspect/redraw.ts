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

/** Writes a text over the last one. What was on the screen before stays in its history. */
export function createRedraw(screen: Screen): (text: string) => void {
  let begun = false;
  return (text) => {
    const lines = text.split("\n").map((line) => `${line}\u001b[K`);
    // Scrolled away rather than erased, the first time; each line erases its own rest: no flicker.
    const home = begun
      ? "\u001b[H"
      : `${"\n".repeat(Math.max(0, (screen.rows ?? 24) - 1))}\u001b[H`;
    screen.write(`${home}${lines.join("\n")}\n\u001b[J`);
    begun = true;
  };
}
