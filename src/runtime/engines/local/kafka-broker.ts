import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../../failure/failure.ts";
import type { ChildSpec } from "../../processes/child-spec.ts";
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
  const data = join(directory, "data");
  if (!existsSync(data)) {
    const draft = join(directory, "data.new");
    const draftProperties = join(directory, "format.properties");
    rmSync(draft, { recursive: true, force: true });
    writeFileAtomic(draftProperties, kafkaProperties({ ...ports, dataDirectory: draft }));
    await format(program, draftProperties, signal);
    renameSync(draft, data);
    rmSync(draftProperties, { force: true });
  }
  writeFileAtomic(propertiesFile(directory), kafkaProperties({ ...ports, dataDirectory: data }));
}

async function format(program: KafkaProgram, file: string, signal: AbortSignal): Promise<void> {
  const quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];
  const result = await execa(
    program.java.path,
    [
      ...[...heap, ...quick, ...loggingArgs(), "-cp", program.jars.classpath],
      ...["kafka.tools.StorageTool", "format", "-t", newClusterId(), "-c", file],
    ],
    { reject: false, timeout: formatWithinMs, cancelSignal: signal, all: true, env: pathEncoding },
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
    args: brokerArgs(program, propertiesFile(directory), jvmArgs),
    env: pathEncoding,
    cwd: directory,
    stopSignal: "SIGTERM",
    stopGraceMs: 10_000,
    port,
  };
}

export function brokerArgs(
  program: KafkaProgram,
  properties: string,
  jvmArgs: readonly string[],
): readonly string[] {
  return [
    ...[...heap, ...jvmArgs, ...loggingArgs()],
    ...["-Djava.awt.headless=true", "-cp", program.jars.classpath, "kafka.Kafka", properties],
  ];
}

function loggingArgs(): readonly string[] {
  return [`-Dlog4j2.configurationFile=${shippedFile("compose/kafka/log4j2.xml")}`];
}

function propertiesFile(directory: string): string {
  return join(directory, "server.properties");
}

/** 16 bytes in URL-safe base64: 22 characters. Kafka refuses one that begins with a dash. */
function newClusterId(): string {
  for (;;) {
    const id = randomBytes(16).toString("base64url");
    if (!id.startsWith("-")) return id;
  }
}
