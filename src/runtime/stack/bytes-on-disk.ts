import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { readLocalRecord } from "./engines/local/local-record.ts";
import { stackDirectory } from "./stack-paths.ts";

/** Of a walk: beyond it the size is only a lower bound. */
const filesMax = 100_000;

/** What a stack takes on this machine's disk; Docker keeps data elsewhere. */
export function bytesOnDisk(stack: string): number {
  const directory = stackDirectory(stack);
  const { postgresPlace } = readLocalRecord({ stack, directory }) ?? {};
  const places = new Set([directory]);
  if (postgresPlace !== undefined && !postgresPlace.startsWith(join(directory, "/")))
    places.add(postgresPlace);
  return [...places].reduce((sum, place) => sum + bytesBelow(place), 0);
}

/** Blocks, not lengths: Kafka's indexes are mostly holes. */
function bytesBelow(root: string): number {
  const open = [root];
  let bytes = 0;
  for (let files = 0; open.length > 0 && files < filesMax; files += 1) {
    const path = open.pop() ?? root;
    try {
      const found = lstatSync(path);
      bytes += found.blocks * 512;
      if (found.isDirectory()) open.push(...readdirSync(path).map((name) => join(path, name)));
    } catch {
      // Gone meanwhile, or not ours to read.
    }
  }
  return bytes;
}
