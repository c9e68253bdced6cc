import { join } from "node:path";
import type { EngineName } from "../engines/engine.ts";
import { readJson, writeJsonAtomic } from "./state-file.ts";

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
  return readJson<StackRecord>(join(stackDirectory, "stack.json"));
}

export function writeStackRecord(stackDirectory: string, record: StackRecord): void {
  writeJsonAtomic(join(stackDirectory, "stack.json"), record);
}
