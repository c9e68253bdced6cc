import { readFile } from "node:fs/promises";
import { Failure } from "../../failure/failure.ts";

const charactersMax = 1_048_576;

/**
 * @param text a template, or `@` and the file that it stands in.
 * @throws Failure("usage") when the file cannot be read, or is larger than any order.
 */
export async function readBodyFile(text: string): Promise<string> {
  if (!text.startsWith("@")) return text;
  const path = text.slice(1);
  let content: string;
  try {
    content = await readFile(path, "utf8");
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw unusable(`--body ${text}: the file cannot be read: ${why}`, cause);
  }
  if (content.length > charactersMax)
    throw unusable(`--body ${text}: the file is larger than ${charactersMax} characters`);
  return content.trim();
}

function unusable(what: string, cause?: unknown): Failure {
  return new Failure(
    "usage",
    { what, remedy: "give --body @FILE with a template of one order's body, or the text itself" },
    { cause },
  );
}
