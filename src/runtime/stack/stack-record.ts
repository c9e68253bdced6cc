import { join } from "node:path";
import type { EngineName } from "../engines/engine.ts";
import { readJson, writeJsonAtomic } from "./state-file.ts";

const engineNames: readonly EngineName[] = ["local", "docker", "external"];

/** What a stack is, kept from `up` to `up`: stack.json in its directory. */
export interface StackRecord {
  readonly engine: EngineName;
  /** Why that engine: one sentence. */
  readonly why: string;
  readonly ports: {
    /** api[i] is that of api-<i+1>. */
    readonly api: readonly number[];
    /** Ports of the consumers' /ready. */
    readonly consumer: readonly number[];
  };
  readonly scale: { readonly api: number; readonly consumer: number };
  readonly topic: string;
  readonly group: string;
}

export function readStackRecord(stackDirectory: string): StackRecord | undefined {
  const record = readJson<Partial<StackRecord>>(join(stackDirectory, "stack.json"));
  // Written whole or not at all; but nothing that a person did to it may stop `down`.
  return engineNames.some((name) => name === record?.engine) && record?.ports && record.scale
    ? (record as StackRecord)
    : undefined;
}

export function writeStackRecord(stackDirectory: string, record: StackRecord): void {
  writeJsonAtomic(join(stackDirectory, "stack.json"), record);
}
