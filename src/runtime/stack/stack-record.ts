import { realpathSync } from "node:fs";
import { join } from "node:path";
import type { EngineName } from "./engines/engine.ts";
import type { StackProfile } from "./services/service.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readJson, writeJsonAtomic } from "./state-file.ts";

const engineNames: readonly EngineName[] = ["local", "docker", "external"];

/** What a stack is, kept from `up` to `up`: stack.json in its directory. */
export interface StackRecord {
  readonly engine: EngineName;
  /** Why that engine: one sentence. */
  readonly why: string;
  /** By supervised service; the n-th is that of its n-th process. */
  readonly ports: Readonly<Record<string, readonly number[]>>;
  /** How many processes, by supervised service. */
  readonly scale: Readonly<Record<string, number>>;
  /** What it consists of beside the pipeline; undefined: nothing. */
  readonly profile?: StackProfile | undefined;
  readonly topic: string;
  readonly group: string;
  /** Where it was made, links resolved: a copy or a moved one is told by it. */
  readonly directory?: string | undefined;
  /** Its processes and its data are gone; the logs were kept, for someone to look at. */
  readonly logsOnly?: true | undefined;
}

export function readStackRecord(directory: string): StackRecord | undefined {
  const record = readJson<Partial<StackRecord>>(join(directory, "stack.json"));
  // Written whole or not at all; but nothing that a person did to it may stop `down`.
  return engineNames.some((name) => name === record?.engine) && record?.ports && record.scale
    ? (record as StackRecord)
    : undefined;
}

export function writeStackRecord(path: string, record: StackRecord): void {
  writeJsonAtomic(join(path, "stack.json"), { ...record, directory: realpathSync(path) });
}

/** Whether this directory was copied or moved since: what it says of processes is about another. */
export function isElsewhere(path: string): boolean {
  const made = readStackRecord(path)?.directory;
  return made !== undefined && made !== realpathSync(path);
}

/** Whether `orders up` started this stack's Kafka and PostgreSQL, rather than being given them. */
export function isOwnStack(stack: string): boolean {
  const engine = readStackRecord(stackDirectory(stack))?.engine;
  return engine !== undefined && engine !== "external";
}
