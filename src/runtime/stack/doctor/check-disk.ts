import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Check } from "./diagnosis.ts";

const gibibyte = 1024 ** 3;
const enoughGib = 2;

/** Room where the stack keeps its data. */
export function checkDisk(directory: string): Check {
  const path = nearestExisting(directory);
  const { bavail, bsize } = statfsSync(path);
  return judgeDisk(path, (bavail * bsize) / gibibyte);
}

/** Pure. */
export function judgeDisk(path: string, freeGib: number): Check {
  const found = `${freeGib.toFixed(1)} GB free at ${path}`;
  if (freeGib >= enoughGib) return { name: "disk", state: "ok", found, why: null, remedy: null };
  return {
    name: "disk",
    state: "warning",
    found,
    why: `downloads take 0.2 GB, Kafka's and PostgreSQL's logs up to ${enoughGib} GB under load; both stop when the disk is full`,
    remedy: "make room, or let XDG_STATE_HOME name a larger disk",
  };
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
