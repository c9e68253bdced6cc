import { once } from "node:events";

/** Waits for a slow reader, so that an endless output never piles up in memory. */
export async function writeLine(stream: NodeJS.WriteStream, line: string): Promise<void> {
  if (!stream.write(`${line}\n`)) await once(stream, "drain");
}
