import { bytesOnDisk } from "./bytes-on-disk.ts";
import { stackDirectory } from "./stack-paths.ts";
import type { StackStatus } from "./stack-status.ts";
import { readStatus } from "./status.ts";

/** What `down --volumes` removes, as far as it can be seen from here. */
export interface WhatGoes {
  readonly status: StackStatus;
  /** On this machine's disk; undefined where Docker keeps the data. */
  readonly bytes: number | undefined;
  readonly directory: string;
}

/** Reads only, bounded to a few seconds. */
export async function whatGoes(stack: string): Promise<WhatGoes> {
  const directory = stackDirectory(stack);
  const status = await readStatus(stack);
  const bytes = bytesOnDisk(stack);
  return { status, directory, bytes: status.engine === "docker" ? undefined : bytes };
}
