import { randomBytes } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ContainerSecrets } from "../../services/service.ts";
import { readJson, writeJsonAtomic } from "../../state-file.ts";
import type { EngineContext } from "../engine.ts";

/** engine/docker.json: what the containers of a stack were made with. Written before they are. 0600. */
export interface DockerRecord extends ContainerSecrets {
  /** By service. */
  readonly ports: Readonly<Record<string, number>>;
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

export function newSecrets(): ContainerSecrets {
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
