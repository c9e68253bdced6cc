import { randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { Failure } from "../../../../failure/failure.ts";
import { cleanEnvironment } from "../../../lifecycle/processes/clean-environment.ts";
import type { ChildSpec } from "../../processes/child-spec.ts";
import { marksOf } from "../../processes/marked-processes.ts";
import { writeFileAtomic } from "../../state-file.ts";
import { makeEnterable } from "./make-enterable.ts";
import type { Account } from "./postgres-account.ts";
import {
  type PostgresConfigurationOptions,
  postgresConfiguration,
} from "./postgres-configuration.ts";

export interface PostgresCluster {
  /** Holds bin/. */
  readonly binaries: string;
  /** Ours (root's), holds cluster/; only cluster/data belongs to the account. */
  readonly place: string;
  /** undefined: ours. */
  readonly account: Account | undefined;
}

export const databaseUser = "postgres";
export const databaseName = "orders";
const initWithinMs = 120_000;

/**
 * A data directory with the database in it, and its password beside it. Made in a directory that is
 * renamed when complete, so a crash leaves nothing half made. Only while no server of it runs.
 */
export async function prepareCluster(
  cluster: PostgresCluster,
  signal: AbortSignal,
  progress: (doing: string) => void,
): Promise<void> {
  const { place, account } = cluster;
  const made = join(place, "cluster");
  if (existsSync(made)) {
    removeStalePidFile(dataDirectory(cluster));
    return;
  }
  progress("creating the database");
  makePlace(cluster);
  const draft = join(place, "cluster.new");
  const data = join(draft, "data");
  rmSync(draft, { recursive: true, force: true });
  makeEnterable(draft);
  mkdirSync(data, { mode: 0o700 });
  giveTo(account, data);
  const password = randomBytes(24).toString("hex");
  await initialise(cluster, draft, password, signal);
  await createDatabase(cluster, data, signal);
  writeFileSync(join(draft, "password"), password, { mode: 0o600 });
  renameSync(draft, made);
}

export function clusterPassword({ place }: PostgresCluster): string {
  return readFileSync(join(place, "cluster", "password"), "utf8");
}

export function configureCluster(
  cluster: PostgresCluster,
  options: PostgresConfigurationOptions,
): void {
  writeFileAtomic(configurationFile(cluster), postgresConfiguration(options), 0o644);
}

export function postgresSpec(cluster: PostgresCluster, port: number): ChildSpec {
  return {
    name: "postgres",
    command: join(cluster.binaries, "bin", "postgres"),
    args: ["-D", dataDirectory(cluster), "-c", `config_file=${configurationFile(cluster)}`],
    env: {},
    cwd: cluster.place,
    ...identity(cluster.account),
    // Fast shutdown: ends sessions, writes a checkpoint. SIGTERM would wait for every client.
    stopSignal: "SIGINT",
    stopGraceMs: 10_000,
    port,
  };
}

function configurationFile({ place }: PostgresCluster): string {
  return join(place, "cluster", "postgresql.conf");
}

function dataDirectory({ place }: PostgresCluster): string {
  return join(place, "cluster", "data");
}

async function initialise(
  cluster: PostgresCluster,
  draft: string,
  password: string,
  signal: AbortSignal,
): Promise<void> {
  const passwordFile = join(draft, "initdb-password");
  try {
    writeFileSync(passwordFile, password, { mode: 0o600 });
    giveTo(cluster.account, passwordFile);
    await run(cluster, signal, "initdb", [
      ...["-D", join(draft, "data"), "-U", databaseUser, `--pwfile=${passwordFile}`],
      ...["--auth=scram-sha-256", "--encoding=UTF8", "--no-locale", "--data-checksums"],
      "--no-instructions",
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** In single-user mode: so a data directory that exists is complete, without a server to wait for. */
async function createDatabase(
  cluster: PostgresCluster,
  directory: string,
  signal: AbortSignal,
): Promise<void> {
  const single = (database: string) => ["--single", "-D", directory, database];
  await run(cluster, signal, "postgres", single("postgres"), `CREATE DATABASE ${databaseName};\n`);
  await run(
    cluster,
    signal,
    "postgres",
    single(databaseName),
    "CREATE EXTENSION pg_stat_statements;\n",
  );
}

async function run(
  cluster: PostgresCluster,
  signal: AbortSignal,
  program: "initdb" | "postgres",
  args: readonly string[],
  input = "",
): Promise<void> {
  const result = await execa(join(cluster.binaries, "bin", program), args, {
    cwd: cluster.place,
    input,
    all: true,
    reject: false,
    timeout: initWithinMs,
    cancelSignal: signal,
    env: cleanEnvironment(process.env),
    extendEnv: false,
    ...identity(cluster.account),
  });
  signal.throwIfAborted();
  const output = result.all ?? "";
  // A failed statement in single-user mode is only told, the program still exits 0.
  if (result.exitCode === 0 && !/\b(ERROR|FATAL|PANIC):/.test(output)) return;
  throw new Failure("environment", {
    what: `PostgreSQL's data directory could not be made: ${program} failed`,
    meaning: output.trim().split("\n").slice(-8).join("\n") || (result.shortMessage ?? ""),
    remedy: /could not look up effective user/.test(output)
      ? "add an entry for this user to /etc/passwd, or run as one that has one, or use --engine docker"
      : `check that ${cluster.place} is on a disk with room${cluster.account === undefined ? "" : ` and that the user ${cluster.account.name} may write there`}`,
  });
}

/** To be entered by the account that runs PostgreSQL; secrets in it are 0600, data/ is 0700. */
function makePlace({ place, account }: PostgresCluster): void {
  try {
    if (account === undefined) mkdirSync(place, { recursive: true, mode: 0o700 });
    else makeEnterable(place);
  } catch (cause) {
    throw new Failure(
      "environment",
      {
        what: `${place} cannot be made: ${cause instanceof Error ? cause.message : String(cause)}`,
        meaning: "PostgreSQL keeps its data there",
        remedy: "make it writable, or run orders as an ordinary user",
      },
      { cause },
    );
  }
}

function identity(account: Account | undefined) {
  return account === undefined ? {} : { uid: account.uid, gid: account.gid };
}

function giveTo(account: Account | undefined, path: string): void {
  if (account !== undefined) chownSync(path, account.uid, account.gid);
}

/**
 * After a reboot the PID in postmaster.pid may be somebody else's, and PostgreSQL would refuse to
 * start. The caller knows that no server of this stack runs; it is removed unless that process is
 * marked as a PostgreSQL of ours.
 */
function removeStalePidFile(data: string): void {
  const path = join(data, "postmaster.pid");
  if (!existsSync(path)) return;
  const pid = Number(readFileSync(path, "utf8").split("\n")[0]);
  if (marksOf(pid)?.service !== "postgres") rmSync(path, { force: true });
}
