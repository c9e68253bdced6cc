import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../../../failure/failure.ts";
import { shippedFile } from "../../../settings/shipped-file.ts";
import { acquireLock } from "../../processes/file-lock.ts";
import { cacheDirectory } from "../../stack-paths.ts";

export interface KafkaJars {
  /** For -cp. Explicit and sorted: a class archive is valid for exactly one class path. */
  readonly classpath: string;
  /** Changes when any jar does. */
  readonly fingerprint: string;
}

const downloadWithinMs = 600_000;
const kafkaVersion = "4.3.0";

/**
 * Kafka's jars: of KAFKA_HOME when that is set, else resolved by Maven into the cache, once for all
 * stacks.
 * @throws Failure("environment") when Maven is missing or fails.
 */
export async function kafkaJars(
  signal: AbortSignal,
  progress: (doing: string) => void,
): Promise<KafkaJars> {
  const home = process.env.KAFKA_HOME;
  if (home) return jarsIn(join(home, "libs"), "KAFKA_HOME");
  const target = cachedLibs();
  if (!isThere(target)) await download(target, signal, progress);
  return jarsIn(target, "the cache");
}

/** Whether the first `up` still has to download. */
export function kafkaIsCached(): boolean {
  return Boolean(process.env.KAFKA_HOME) || isThere(cachedLibs());
}

function pomFile(): string {
  return shippedFile("compose/kafka/pom.xml");
}

/** One directory per content of the pom: another version of orders does not mix its jars in. */
function cachedLibs(): string {
  const hash = createHash("sha256").update(readFileSync(pomFile())).digest("hex").slice(0, 12);
  return join(cacheDirectory(), `kafka-${kafkaVersion}`, hash);
}

async function download(
  target: string,
  signal: AbortSignal,
  progress: (doing: string) => void,
): Promise<void> {
  mkdirSync(join(target, ".."), { recursive: true });
  const release = await acquireLock({
    path: `${target}.lock`,
    doing: "orders (downloading Kafka)",
    waitMs: downloadWithinMs,
    signal,
    onWait: ({ pid }) => progress(`waiting for the download by process ${pid}`),
  });
  const temporary = `${target}.tmp`;
  try {
    if (isThere(target)) return;
    progress("downloading Kafka (54 MB, once)");
    rmSync(temporary, { recursive: true, force: true });
    await runMaven(temporary, signal);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    release();
  }
}

async function runMaven(outputDirectory: string, signal: AbortSignal): Promise<void> {
  const result = await execa(
    "mvn",
    [
      ...["-q", "-B", "-f", pomFile(), "dependency:copy-dependencies"],
      ...["-DincludeScope=runtime", `-DoutputDirectory=${outputDirectory}`],
    ],
    { reject: false, timeout: downloadWithinMs, cancelSignal: signal, all: true },
  );
  signal.throwIfAborted();
  if (result.exitCode === 0 && isThere(outputDirectory)) return;
  if (result.code === "ENOENT") throw noMaven();
  const why = result.timedOut
    ? `it was not done after ${downloadWithinMs / 1000} s`
    : lastErrors(result.all ?? "");
  throw new Failure("environment", {
    what: `Maven could not resolve Kafka's jars: ${why}`,
    meaning: "the local engine runs Kafka from them; they are downloaded once",
    remedy:
      "check the network and Maven's settings (~/.m2/settings.xml), or set KAFKA_HOME to an unpacked Kafka 4 distribution",
  });
}

function noMaven(): Failure {
  return new Failure("environment", {
    what: "mvn was not found on the PATH",
    meaning: "the local engine resolves Kafka's jars with Maven, once",
    remedy:
      "install Maven (Debian: apt install maven; macOS: brew install maven), or set KAFKA_HOME to an unpacked Kafka 4 distribution",
  });
}

/** Pure: the lines that say why, out of Maven's many. */
export function lastErrors(output: string): string {
  const errors = output.split("\n").filter((line) => line.startsWith("[ERROR]"));
  const told = errors.map((line) => line.slice("[ERROR]".length).trim()).filter(Boolean);
  return told.slice(0, 3).join("\n") || output.trim().split("\n").slice(-3).join("\n");
}

function isThere(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => /^kafka_2\.\d+-.*\.jar$/.test(name));
  } catch {
    return false;
  }
}

function jarsIn(directory: string, origin: string): KafkaJars {
  if (!isThere(directory)) {
    throw new Failure("environment", {
      what: `there is no Kafka in ${directory} (from ${origin})`,
      remedy: "let KAFKA_HOME name an unpacked Kafka 4 distribution, or unset it",
    });
  }
  if (directory.includes(delimiter)) {
    throw new Failure("environment", {
      what: `the path of ${origin} contains "${delimiter}": ${directory}`,
      meaning: "Java's class path ends a path at each of them",
      remedy: "let XDG_CACHE_HOME (or KAFKA_HOME) name a directory without it",
    });
  }
  const jars = readdirSync(directory)
    .filter((name) => name.endsWith(".jar"))
    .sort()
    .map((name) => join(directory, name));
  const hash = createHash("sha256");
  for (const jar of jars) {
    const { size, mtimeMs } = statSync(jar);
    hash.update(`${jar} ${size} ${mtimeMs}\n`);
  }
  return { classpath: jars.join(delimiter), fingerprint: hash.digest("hex") };
}
