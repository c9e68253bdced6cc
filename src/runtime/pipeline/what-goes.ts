import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { StackStatus } from "../../ports/stack-status.ts";
import { readLocalRecord } from "../engines/local/local-record.ts";
import { stackDirectory } from "../stack/stack-paths.ts";
import { readStatus } from "./status.ts";

/** What `down --volumes` removes, as far as it can be seen from here. */
export interface WhatGoes {
  readonly status: StackStatus;
  /** On this machine's disk; undefined where Docker keeps the data. */
  readonly bytes: number | undefined;
  readonly directory: string;
}

/** Of a walk: beyond it the size is only a lower bound. */
const filesMax = 100_000;

/** Reads only, bounded to a few seconds. */
export async function whatGoes(stack: string): Promise<WhatGoes> {
  const directory = stackDirectory(stack);
  const status = await readStatus(stack);
  const { postgresPlace } = readLocalRecord({ stack, directory }) ?? {};
  const places = new Set([directory]);
  if (postgresPlace !== undefined && !postgresPlace.startsWith(join(directory, "/")))
    places.add(postgresPlace);
  const bytes = [...places].reduce((sum, place) => sum + bytesBelow(place), 0);
  return { status, directory, bytes: status.engine === "docker" ? undefined : bytes };
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
