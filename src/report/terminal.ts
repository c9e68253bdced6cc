import { shown } from "../failure/shown.ts";
import { pieces, widthOf } from "./width.ts";

export { shown };

/** What the terminal that a report goes to can show. */
export interface Terminal {
  /** Characters in a line. */
  readonly width: number;
  readonly colour: boolean;
}

const widthOffTerminal = 80;
const widthMin = 20;

/** For reports in files. */
export const offTerminal: Terminal = { width: 100, colour: false };

/** Colour only on a terminal, and never with NO_COLOR (any value but empty) or TERM=dumb. */
export function terminalOf(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  environment: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = stream.isTTY === true;
  return {
    width: Math.max(widthMin, (isTerminal ? stream.columns : undefined) ?? widthOffTerminal),
    colour: isTerminal && !environment.NO_COLOR && environment.TERM !== "dumb",
  };
}

const codes = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 } as const;
export type Paint = (text: string, ...styles: (keyof typeof codes)[]) => string;

export function painter({ colour }: Terminal): Paint {
  return (text, ...styles) =>
    colour
      ? styles.reduce((painted, style) => `\u001b[${codes[style]}m${painted}\u001b[0m`, text)
      : text;
}

/** Breaks a paragraph at blanks into lines of at most `width` columns; a longer word is cut. */
export function wrapped(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  let used = 0;
  for (const word of shown(text)
    .split(" ")
    .flatMap((each) => cut(each, width))) {
    const wide = widthOf(word);
    if (line !== "" && used + 1 + wide <= width) {
      line += ` ${word}`;
      used += 1 + wide;
      continue;
    }
    if (line !== "") lines.push(line);
    line = word;
    used = wide;
  }
  return [...lines, line];
}

function cut(word: string, width: number): readonly string[] {
  return widthOf(word) <= width ? [word] : pieces(word, width);
}
