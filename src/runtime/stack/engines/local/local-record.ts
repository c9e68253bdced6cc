import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { KafkaAuth } from "../../../settings/settings.ts";
import { readJson, writeJsonAtomic } from "../../state-file.ts";
import type { EngineContext } from "../engine.ts";

/** engine/local.json: what the next `up` and `down` need to know. Written before it is relied on. */
export interface LocalRecord {
  /** By service; and Kafka's controller. */
  readonly ports: Readonly<Record<string, number>>;
  /** Whether Kafka asks for a login; undefined: made by a version that knew none. */
  readonly kafkaAuth?: KafkaAuth;
  /** May be outside the stack's directory: `down --volumes` removes it there. */
  readonly postgresPlace?: string;
}

export function engineDirectory({ directory }: EngineContext): string {
  return join(directory, "engine");
}

export function readLocalRecord(context: EngineContext): LocalRecord | undefined {
  return readJson<LocalRecord>(join(engineDirectory(context), "local.json"));
}

export function writeLocalRecord(context: EngineContext, record: LocalRecord): void {
  mkdirSync(engineDirectory(context), { recursive: true, mode: 0o700 });
  writeJsonAtomic(join(engineDirectory(context), "local.json"), record);
}
