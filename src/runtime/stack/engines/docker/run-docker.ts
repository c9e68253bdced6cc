import { execa } from "execa";
import { Failure } from "../../../../failure/failure.ts";
import type { DockerCall } from "./compose-call.ts";

export interface RunOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
  /** What is being done, for the message: "start Kafka and PostgreSQL". */
  readonly doing: string;
}

/**
 * Runs docker to its end.
 * @returns its standard output.
 * @throws Failure("environment") with docker's own last words; the signal's reason when aborted.
 */
export async function runDocker(
  { args, environment }: DockerCall,
  { timeoutMs, signal, doing }: RunOptions,
): Promise<string> {
  const result = await execa("docker", args, {
    env: environment,
    reject: false,
    stdin: "ignore",
    timeout: timeoutMs,
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  });
  signal?.throwIfAborted();
  if (result.exitCode === 0) return result.stdout;
  const why = result.timedOut
    ? `it was not done after ${Math.round(timeoutMs / 1000)} s`
    : lastLines(result.stderr || (result.shortMessage ?? ""));
  throw new Failure("environment", {
    what: `Docker could not ${doing}: ${why}`,
    remedy:
      "see `docker ps --all` and `orders logs`, and that the daemon runs; `orders doctor` shows what is missing",
  });
}

/** Streams docker's output line by line, until it ends or the signal is aborted. */
export async function streamDocker(
  { args, environment }: DockerCall,
  signal: AbortSignal,
  write: (line: string) => void,
): Promise<void> {
  const running = execa("docker", args, {
    env: environment,
    reject: false,
    stdin: "ignore",
    all: true,
    buffer: false,
    cancelSignal: signal,
  });
  for await (const line of running.iterable({ from: "all" })) write(line);
}

/** Pure. What a person needs of an error output: its last few lines that say something. */
export function lastLines(output: string): string {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
  return lines.slice(-5).join("\n");
}
