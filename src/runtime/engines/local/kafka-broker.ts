import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../../failure/failure.ts";
import type { ChildSpec } from "../../processes/child-spec.ts";
import { cleanEnvironment } from "../../processes/clean-environment.ts";
import { shippedFile } from "../../shipped-files.ts";
import { writeFileAtomic } from "../../stack/state-file.ts";
import type { Java } from "./java.ts";
import type { KafkaJars } from "./kafka-jars.ts";
import { type BrokerPlace, kafkaProperties } from "./kafka-properties.ts";

export interface KafkaProgram {
  readonly java: Java;
  readonly jars: KafkaJars;
}

/** 300 MB resident with it; enough for 20,000 orders/s and more. */
const heap = ["-Xmx512m"];
/** In the C locale Java cannot name a file whose path is not ASCII. */
const pathEncoding = { LC_ALL: "C.UTF-8" };
/**
 * Names of files in the broker's directory, in which every process of it is started. As paths they
 * would be lists (log.dirs and log4j2 split at commas) and URLs (log4j2) of whatever the path holds.
 */
const propertiesName = "server.properties";
const loggingName = "log4j2.xml";
const formatWithinMs = 60_000;

/**
 * A formatted data directory and its server.properties, below `directory`. Formatting happens in a
 * directory beside it that is renamed when complete, so a crash leaves nothing half formatted.
 */
export async function prepareBroker(
  program: KafkaProgram,
  directory: string,
  ports: Omit<BrokerPlace, "dataDirectory">,
  signal: AbortSignal,
): Promise<void> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logging = readFileSync(shippedFile("compose/kafka/log4j2.xml"), "utf8");
  writeFileAtomic(join(directory, loggingName), logging);
  const data = join(directory, "data");
  if (!existsSync(data)) {
    const draft = join(directory, "data.new");
    const draftProperties = "format.properties";
    rmSync(draft, { recursive: true, force: true });
    const properties = kafkaProperties({ ...ports, dataDirectory: "data.new" });
    writeFileAtomic(join(directory, draftProperties), properties);
    await format(program, directory, draftProperties, signal);
    renameSync(draft, data);
    rmSync(join(directory, draftProperties), { force: true });
  }
  const properties = kafkaProperties({ ...ports, dataDirectory: "data" });
  writeFileAtomic(join(directory, propertiesName), properties);
}

async function format(
  program: KafkaProgram,
  directory: string,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];
  const result = await execa(
    program.java.path,
    [
      ...[...heap, ...quick, ...loggingArgs(), "-cp", program.jars.classpath],
      ...["kafka.tools.StorageTool", "format", "-t", newClusterId(), "-c", file],
    ],
    {
      ...brokerProcess(directory),
      reject: false,
      timeout: formatWithinMs,
      cancelSignal: signal,
      all: true,
    },
  );
  signal.throwIfAborted();
  if (result.exitCode === 0) return;
  throw new Failure("environment", {
    what: "Kafka's data directory could not be formatted",
    meaning: (result.all ?? "").trim().split("\n").slice(-5).join("\n"),
    remedy: "check that the disk has room; `orders doctor` shows what is missing",
  });
}

/** @param jvmArgs e.g. those that use a class archive. */
export function brokerSpec(
  program: KafkaProgram,
  directory: string,
  port: number,
  jvmArgs: readonly string[],
): ChildSpec {
  return {
    name: "kafka",
    command: program.java.path,
    args: brokerArgs(program, jvmArgs),
    env: pathEncoding,
    cwd: directory,
    stopSignal: "SIGTERM",
    stopGraceMs: 10_000,
    port,
  };
}

/** Where and in which environment each Java process of a broker is started. */
export function brokerProcess(directory: string) {
  const env = { ...cleanEnvironment(process.env), ...pathEncoding };
  return { cwd: directory, env, extendEnv: false } as const;
}

/** To be started in the broker's directory. */
export function brokerArgs(program: KafkaProgram, jvmArgs: readonly string[]): readonly string[] {
  return [
    ...[...heap, ...jvmArgs, ...loggingArgs()],
    ...["-Djava.awt.headless=true", "-cp", program.jars.classpath, "kafka.Kafka", propertiesName],
  ];
}

function loggingArgs(): readonly string[] {
  return [`-Dlog4j2.configurationFile=${loggingName}`];
}

/** 16 bytes in URL-safe base64: 22 characters. Kafka refuses one that begins with a dash. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}
