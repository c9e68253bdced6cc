import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readJson, writeJsonAtomic } from "../../state-file.ts";
import type { EngineContext } from "../engine.ts";

/** engine/docker.json: what the containers of a stack were made with. Written before they are. 0600. */
export interface DockerRecord {
  readonly ports: { readonly kafka: number; readonly postgres: number };
  /** Lives as long as the volume: PostgreSQL takes it when its data is made, and never again. */
  readonly password: string;
  /** Of the Kafka cluster: another one's offsets mean nothing here. */
  readonly clusterId: string;
}

export function readDockerRecord(context: EngineContext): DockerRecord | undefined {
  return readJson<DockerRecord>(recordPath(context));
}

export function writeDockerRecord(context: EngineContext, record: DockerRecord): void {
  mkdirSync(join(context.directory, "engine"), { recursive: true, mode: 0o700 });
  writeJsonAtomic(recordPath(context), record);
}

export function removeDockerRecord(context: EngineContext): void {
  rmSync(recordPath(context), { force: true });
}

export function newSecrets(): Pick<DockerRecord, "password" | "clusterId"> {
  return {
    // Letters, digits, - and _: the same in a URL, in YAML and in a shell.
    password: randomBytes(24).toString("base64url"),
    clusterId: clusterId(),
  };
}

/** Kafka's ids are UUIDs in base64url; its tools take one that begins with - for an option. */
function clusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}

function recordPath({ directory }: EngineContext): string {
  return join(directory, "engine", "docker.json");
}
