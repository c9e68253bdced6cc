import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { runFiles } from "./find-run.ts";
import { parseHeader, parseRunLine } from "./parse-run-line.ts";
import type { RunHeader, RunResult } from "./run-lines.ts";
import { runName } from "./run-names.ts";

/** A header, or what follows the last slice, is never near as long. */
const endBytesMax = 1_024 * 1_024;

/** A run as a list shows it, from the two ends of its file. */
export interface ListedRun {
  readonly name: string;
  readonly path: string;
  readonly bytes: number;
  /** When its file was written last, milliseconds since the epoch. */
  readonly writtenAtMs: number;
  /** undefined: its first line cannot be read. */
  readonly header: RunHeader | undefined;
  /** undefined: it did not end, or is under way. */
  readonly result: RunResult | undefined;
}

/** Oldest first. Reads two pieces of each, however long it is; one that vanishes meanwhile is left out. */
export async function listRuns(directory: string): Promise<readonly ListedRun[]> {
  const runs: ListedRun[] = [];
  for (const file of runFiles(directory)) {
    const path = join(directory, file);
    const run = await listRun(path, runName(file)).catch(() => undefined);
    if (run !== undefined) runs.push(run);
  }
  return runs;
}

/** Symbolic links, directories and pipes are no runs. */
async function listRun(path: string, name: string): Promise<ListedRun | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const about = await file.stat();
    if (!about.isFile()) return undefined;
    return {
      ...{ name, path, bytes: about.size, writtenAtMs: about.mtimeMs },
      header: headerIn(await piece(file, 0, Math.min(about.size, endBytesMax)), path),
      result: resultIn(
        await piece(file, Math.max(0, about.size - endBytesMax), Math.min(about.size, endBytesMax)),
      ),
    };
  } finally {
    await file.close();
  }
}

async function piece(file: FileHandle, position: number, length: number): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.toString("utf8", 0, bytesRead);
}

function headerIn(text: string, path: string): RunHeader | undefined {
  const end = text.indexOf("\n");
  if (end === -1) return undefined;
  try {
    return parseHeader(text.slice(0, end), path);
  } catch {
    return undefined;
  }
}

/** Looks at what can be a result only: the slices before it are long. */
function resultIn(text: string): RunResult | undefined {
  const lines = text.slice(0, text.lastIndexOf("\n")).split("\n");
  for (const line of lines.reverse()) {
    if (line.startsWith('{"kind":"slice"')) return undefined;
    if (!line.startsWith('{"kind":"result"')) continue;
    try {
      const parsed = parseRunLine(line, "");
      return parsed?.kind === "result" ? parsed.result : undefined;
    } catch {
      return undefined;
    }
  }
  return undefined;
}
