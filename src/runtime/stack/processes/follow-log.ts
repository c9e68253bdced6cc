import { logFile } from "./supervisor-files.ts";
import { followFile, lastLines } from "./tail-file.ts";

export interface LogQuery {
  readonly service: string;
  readonly lines: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/** The log of one child: its last lines, then, if asked, what is added until the signal. */
export async function followLog(
  stackDirectory: string,
  { service, lines, follow, signal }: LogQuery,
  write: (line: string) => void,
): Promise<void> {
  const path = logFile(stackDirectory, service);
  const tail = lastLines(path, lines);
  for (const line of tail.lines) write(line);
  if (follow) await followFile(path, tail.endBytes, signal, write);
}
