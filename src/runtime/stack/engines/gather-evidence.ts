import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import type { ResolvedSettings } from "../../settings/resolved-settings.ts";
import type { SettingKey } from "../../settings/settings.ts";
import type { StackSettings } from "../stack-settings.ts";
import type { EngineEvidence } from "./choose-engine.ts";
import type { EngineName } from "./engine.ts";
import { findJava } from "./local/java.ts";
import { kafkaIsCached } from "./local/kafka-jars.ts";
import { findPackage } from "./local/postgres-binaries.ts";

export interface EvidenceRequest {
  readonly asked: EngineName | "auto";
  readonly resolved: ResolvedSettings;
  /** What the stack recorded when it came up, if it did. */
  readonly stackEngine: EngineName | undefined;
  /** What it listens on, or listened on before it went down. */
  readonly stackSettings: StackSettings | undefined;
}

/** A daemon that takes longer is as good as none. */
const answerWithinMs = 3_000;

/** Looks at the machine, everything at once and bounded. Starts nothing, changes nothing. */
export async function gatherEvidence(request: EvidenceRequest): Promise<EngineEvidence> {
  const [docker, java] = await Promise.all([probeDocker(), findJava()]);
  return {
    asked: request.asked,
    brokersGiven: isGiven("brokers", request),
    databaseGiven: isGiven("databaseUrl", request),
    stackEngine: request.stackEngine,
    docker,
    javaMajor: java?.major,
    maven: isOnPath("mvn"),
    kafkaHere: kafkaIsCached(),
    embeddedPostgres: findPackage() !== undefined,
    platform: `${process.platform}-${process.arch}`,
  };
}

/**
 * Pure. An address is given when it is not the stack's own: after `eval "$(orders status --env)"`
 * the environment names the stack's own services, also once they are down, and they are not external
 * because of that. A stack made on external services keeps its addresses from `up` to `up`.
 */
export function isGiven(
  key: Extract<SettingKey, "brokers" | "databaseUrl">,
  { resolved, stackEngine, stackSettings }: Omit<EvidenceRequest, "asked">,
): boolean {
  const value = resolved.values[key];
  if (value === undefined) return false;
  if (stackEngine === "external") return true;
  // Read from the stack's state a moment ago: a `down` may have taken that away since.
  return resolved.sources[key] !== "stack" && value !== stackSettings?.[key];
}

async function probeDocker(): Promise<EngineEvidence["docker"]> {
  if (!isOnPath("docker")) return { client: false, daemon: false, compose: false };
  const [daemon, compose] = await Promise.all([
    answers("docker", ["version", "--format", "{{.Server.Version}}"]),
    answers("docker", ["compose", "version"]),
  ]);
  return { client: true, daemon, compose };
}

async function answers(program: string, args: readonly string[]): Promise<boolean> {
  const { exitCode } = await execa(program, args, {
    reject: false,
    timeout: answerWithinMs,
    stdin: "ignore",
  });
  return exitCode === 0;
}

/** Whether a program can be run. Asking `mvn --version` would start a Java machine for it. */
export function isOnPath(program: string, path = process.env.PATH ?? ""): boolean {
  const names = process.platform === "win32" ? [`${program}.cmd`, `${program}.exe`] : [program];
  return path
    .split(delimiter)
    .filter(Boolean)
    .some((directory) => names.some((name) => isExecutable(join(directory, name))));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
