/**
 * What a person types where psql would stand: SQL statements separated by semicolons, and
 * backslash commands, each at the beginning of a statement and up to the end of its line.
 */
export type ScriptPart =
  | { readonly kind: "sql"; readonly text: string }
  | { readonly kind: "backslash"; readonly name: string; readonly rest: string };

/**
 * Pure. Splits at semicolons outside of quotes, dollar quotes, comments and parentheses; parts of
 * nothing but blanks and comments are dropped. Whether a part really is one statement is not
 * decided here: the server refuses several in one message of the extended protocol, so a mistake
 * ends in an error and never in a statement that ran unseen.
 */
export function splitScript(script: string): readonly ScriptPart[] {
  const parts: ScriptPart[] = [];
  let from = 0; // where the part in hand begins
  let empty = true; // nothing but blanks and comments in it so far
  let depth = 0; // of parentheses
  let at = 0;
  const finish = (end: number) => {
    if (!empty) parts.push({ kind: "sql", text: script.slice(from, end).trim() });
    from = end + 1;
    empty = true;
    depth = 0;
  };
  while (at < script.length) {
    const char = script[at] ?? "";
    const past = pastToken(script, at);
    if (past.token === "blank") {
      at = past.end;
    } else if (char === ";" && depth === 0) {
      finish(at);
      at += 1;
    } else if (char === "\\" && empty) {
      const lineEnd = endOfLine(script, at);
      const [name = "", ...rest] = script
        .slice(at + 1, lineEnd)
        .trim()
        .split(/\s+/);
      parts.push({ kind: "backslash", name, rest: rest.join(" ") });
      from = lineEnd;
      at = lineEnd;
    } else {
      if (char === "(") depth += 1;
      if (char === ")") depth = Math.max(0, depth - 1);
      empty = false;
      at = past.end;
    }
  }
  finish(script.length);
  return parts;
}

/** The end of the quote, comment, word or single character that begins at `at`. */
function pastToken(script: string, at: number): { token: "blank" | "text"; end: number } {
  const char = script[at] ?? "";
  const pair = script.slice(at, at + 2);
  if (/\s/.test(char)) return { token: "blank", end: at + 1 };
  if (pair === "--") return { token: "blank", end: endOfLine(script, at) };
  if (pair === "/*") return { token: "blank", end: pastBlockComment(script, at) };
  if (char === "'" || char === '"') return { token: "text", end: pastQuote(script, at, false) };
  if (/[eE]/.test(char) && script[at + 1] === "'") {
    return { token: "text", end: pastQuote(script, at + 1, true) };
  }
  if (char === "$") return { token: "text", end: pastDollarQuote(script, at) };
  return { token: "text", end: pastWord(script, at) };
}

const wordStart = /[\p{L}_]/u;
const wordPart = /[\p{L}\p{N}_$]/u;

/** A word as a whole, so that the $ or the e inside of it begins no quote. */
function pastWord(script: string, at: number): number {
  let end = at + 1;
  if (!wordStart.test(script[at] ?? "")) return end;
  while (end < script.length && wordPart.test(script[end] ?? "")) end += 1;
  return end;
}

function endOfLine(script: string, at: number): number {
  const end = script.indexOf("\n", at);
  return end === -1 ? script.length : end;
}

/** Block comments nest in PostgreSQL. */
function pastBlockComment(script: string, at: number): number {
  let depth = 0;
  let end = at;
  while (end < script.length) {
    const pair = script.slice(end, end + 2);
    if (pair === "/*" || pair === "*/") {
      depth += pair === "/*" ? 1 : -1;
      end += 2;
      if (depth === 0) return end;
    } else {
      end += 1;
    }
  }
  return end;
}

/** A doubled quote ends one and begins the next, which comes to the same. */
function pastQuote(script: string, at: number, backslashEscapes: boolean): number {
  const quote = script[at];
  let end = at + 1;
  while (end < script.length && script[end] !== quote) {
    end += backslashEscapes && script[end] === "\\" ? 2 : 1;
  }
  return Math.min(end + 1, script.length);
}

/** $$ … $$ or $tag$ … $tag$; $1 is a parameter. */
function pastDollarQuote(script: string, at: number): number {
  const tag = /^\$(?:[\p{L}_][\p{L}\p{N}_]*)?\$/u.exec(script.slice(at, at + 70))?.[0];
  if (tag === undefined) return at + 1;
  const close = script.indexOf(tag, at + tag.length);
  return close === -1 ? script.length : close + tag.length;
}
