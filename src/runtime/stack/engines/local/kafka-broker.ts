import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../../../failure/failure.ts";
import { cleanEnvironment } from "../../../lifecycle/processes/clean-environment.ts";
import type { KafkaAuth } from "../../../settings/settings.ts";
import { shippedFile } from "../../../settings/shipped-file.ts";
import type { ChildSpec } from "../../processes/child-spec.ts";
import { writeFileAtomic } from "../../state-file.ts";
import type { Java } from "./java.ts";
import type { KafkaJars } from "./kafka-jars.ts";
import { ensureKafkaLogin, type KafkaLogin } from "./kafka-login.ts";
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
 * A broker that asks for a login is another process than one that does not: a boot that fails puts
 * the former one back.
 */
const propertiesNames = { none: "server.properties", sasl: "server.login.properties" } as const;
const loggingName = "log4j2.xml";
const formatWithinMs = 60_000;

/**
 * A formatted data directory and its server.properties, below `directory`. Formatting happens in a
 * directory beside it that is renamed when complete, so a crash leaves nothing half formatted. The
 * data takes a login from the beginning, so that one can be asked for, or not, at any start.
 * @returns the login that the broker asks for.
 */
export async function prepareBroker(
  program: KafkaProgram,
  directory: string,
  { auth, ...ports }: Pick<BrokerPlace, "port" | "controllerPort"> & { readonly auth: KafkaAuth },
  signal: AbortSignal,
): Promise<KafkaLogin | undefined> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const logging = readFileSync(shippedFile("compose/kafka/log4j2.xml"), "utf8");
  writeFileAtomic(join(directory, loggingName), logging);
  const data = join(directory, "data");
  if (!existsSync(data)) {
    const draft = join(directory, "data.new");
    const draftProperties = "format.properties";
    rmSync(draft, { recursive: true, force: true });
    const properties = kafkaProperties({ ...ports, login: undefined, dataDirectory: "data.new" });
    writeFileAtomic(join(directory, draftProperties), properties);
    const login = ensureKafkaLogin(directory, "scram-sha-256");
    await format(program, directory, draftProperties, login, signal);
    renameSync(draft, data);
    rmSync(join(directory, draftProperties), { force: true });
  }
  const login = auth === "none" ? undefined : ensureKafkaLogin(directory, "plain");
  const properties = kafkaProperties({ ...ports, login, dataDirectory: "data" });
  writeFileAtomic(join(directory, propertiesNames[auth]), properties);
  return login;
}

/** Whether there is data: it was made for a login, or before there were any. */
export function isBrokerMade(directory: string): boolean {
  return existsSync(join(directory, "data"));
}

async function format(
  program: KafkaProgram,
  directory: string,
  file: string,
  { username, password }: KafkaLogin,
  signal: AbortSignal,
): Promise<void> {
  // One argument a line: on the command line `ps` would show the password.
  const scram = `SCRAM-SHA-256=[name=${username},password=${password}]`;
  const argumentsName = "format.arguments";
  writeFileAtomic(join(directory, argumentsName), `--add-scram\n${scram}\n`);
  const quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"];
  const result = await execa(
    program.java.path,
    [
      ...[...heap, ...quick, ...loggingArgs(), "-cp", program.jars.classpath],
      ...["kafka.tools.StorageTool", "format", "-t", newClusterId(), "-c", file],
      `@${argumentsName}`,
    ],
    {
      ...brokerProcess(directory),
      reject: false,
      timeout: formatWithinMs,
      cancelSignal: signal,
      all: true,
    },
  );
  rmSync(join(directory, argumentsName), { force: true });
  signal.throwIfAborted();
  if (result.exitCode === 0) return;
  const said = (result.all ?? "").split("\n").filter((line) => !/scram/i.test(line));
  throw new Failure("environment", {
    what: "Kafka's data directory could not be formatted",
    meaning: said.join("\n").trim().split("\n").slice(-5).join("\n"),
    remedy: "check that the disk has room; `orders doctor` shows what is missing",
  });
}

/** @param jvmArgs e.g. those that use a class archive. */
export function brokerSpec(
  program: KafkaProgram,
  directory: string,
  { port, auth }: { readonly port: number; readonly auth: KafkaAuth },
  jvmArgs: readonly string[],
): ChildSpec {
  return {
    name: "kafka",
    command: program.java.path,
    args: brokerArgs(program, auth, jvmArgs),
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

/** Pure: what a broker's process asks of its clients; none of an earlier version asks for a login. */
export function authOfSpec(spec: ChildSpec | undefined): KafkaAuth {
  return spec?.args.includes(propertiesNames.sasl) === true ? "sasl" : "none";
}

/** To be started in the broker's directory. */
export function brokerArgs(
  program: KafkaProgram,
  auth: KafkaAuth,
  jvmArgs: readonly string[],
): readonly string[] {
  return [
    ...[...heap, ...jvmArgs, ...loggingArgs()],
    ...["-Djava.awt.headless=true", "-cp", program.jars.classpath, "kafka.Kafka"],
    propertiesNames[auth],
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
