import type { UndecodableBatch } from "./log.ts";

export function undecodableText({ from, to, why, detail }: UndecodableBatch): string {
  const where = from === to ? `offset ${from}` : `offsets ${from} to ${to}`;
  return `the batch of ${where} cannot be decoded (${why}: ${detail})`;
}
