import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { acquireLock } from "../../processes/file-lock.ts";
import { findFreePort } from "../../processes/free-port.ts";
import { serviceMark, stackMark } from "../../processes/marked-processes.ts";
import { cacheDirectory } from "../../stack-paths.ts";
import { brokerArgs, brokerProcess, type KafkaProgram, prepareBroker } from "./kafka-broker.ts";

/** A training broker's service mark: `down` and the next `up` find it if its `up` was killed. */
export const trainingService = "kafka-training";

const trainWithinMs = 60_000;

/**
 * JVM arguments that let the broker map its classes from an archive instead of loading them from the
 * jars: it is ready in 2.2 s instead of 3.3 to 4.6 s. Made once per Java and set of jars, by a broker
 * on a data directory of its own that is started and stopped. The archive is written at its exit, which takes
 * about 3 s: too long for `orders down`, so not by the real one.
 * Without an archive, for whatever reason, Kafka only starts slower: then [].
 */
export async function classArchiveArgs(
  program: KafkaProgram,
  stackDirectory: string,
  signal: AbortSignal,
  progress: (doing: string) => void,
): Promise<readonly string[]> {
  const key = createHash("sha256")
    .update(`${program.java.version}\n${program.jars.fingerprint}\nwith a login`)
    .digest("hex")
    .slice(0, 16);
  const directory = join(cacheDirectory(), "kafka-classes");
  const archive = join(directory, `${key}.jsa`);
  if (!existsSync(archive)) {
    mkdirSync(directory, { recursive: true });
    progress("preparing Kafka's classes (once)");
    await make(archive, program, stackDirectory, signal).catch(() => {});
    signal.throwIfAborted();
  }
  // A broken archive is ignored with a line in the log, which nobody needs to read.
  return existsSync(archive)
    ? [`-XX:SharedArchiveFile=${archive}`, "-Xlog:cds=off", "-Xlog:cds+dynamic=off"]
    : [];
}

async function make(
  archive: string,
  program: KafkaProgram,
  stackDirectory: string,
  signal: AbortSignal,
): Promise<void> {
  const release = await acquireLock({
    path: `${archive}.lock`,
    doing: "orders (preparing Kafka's classes)",
    waitMs: trainWithinMs,
    signal,
  });
  // In the stack's directory: what a killed `up` leaves there, the next one or `down` removes.
  const scratch = join(stackDirectory, "engine", trainingService);
  const draft = `${archive}.tmp`;
  try {
    if (existsSync(archive)) return;
    rmSync(draft, { force: true });
    rmSync(scratch, { recursive: true, force: true });
    const ports = { port: await findFreePort(), controllerPort: await findFreePort() };
    await prepareBroker(program, scratch, { ...ports, auth: "sasl" }, signal);
    await startAndStop(program, scratch, stackDirectory, draft, signal);
    renameSync(draft, archive);
  } finally {
    rmSync(draft, { force: true });
    rmSync(scratch, { recursive: true, force: true });
    release();
  }
}

async function startAndStop(
  program: KafkaProgram,
  scratch: string,
  stackDirectory: string,
  draft: string,
  signal: AbortSignal,
): Promise<void> {
  // It lives for seconds: compiling well would take half as much processor time again.
  const quick = ["-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];
  const jvmArgs = [`-XX:ArchiveClassesAtExit=${draft}`, ...quick];
  const args = brokerArgs(program, "sasl", jvmArgs);
  const { cwd, env, extendEnv } = brokerProcess(scratch);
  const training = execa(program.java.path, args, {
    cwd,
    reject: false,
    timeout: trainWithinMs,
    cancelSignal: signal,
    // On abort and timeout at once; the archive is only written after a SIGTERM.
    killSignal: "SIGKILL",
    forceKillAfterDelay: false,
    all: true,
    buffer: false,
    env: { ...env, [stackMark]: stackDirectory, [serviceMark]: trainingService },
    extendEnv,
  });
  for await (const line of training.iterable({ from: "all" })) {
    if (line.includes("Kafka Server started")) training.kill("SIGTERM");
  }
  await training;
}
