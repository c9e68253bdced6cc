import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import {
  binariesPlace,
  postgresAccount,
} from "../../../src/runtime/stack/engines/local/postgres-account.ts";
import { postgresBinaries } from "../../../src/runtime/stack/engines/local/postgres-binaries.ts";
import {
  clusterPassword,
  configureCluster,
  databaseName,
  databaseUser,
  type PostgresCluster,
  postgresSpec,
  prepareCluster,
} from "../../../src/runtime/stack/engines/local/postgres-cluster.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import { eventually, testSettings } from "../services.ts";

/** A PostgreSQL of the test's own, to be stopped, killed and frozen: the shared one serves other tests. */
export class OwnPostgres {
  readonly url: string;
  readonly #cluster: PostgresCluster;
  readonly #port: number;
  #server: ChildProcess | undefined;

  private constructor(cluster: PostgresCluster, port: number) {
    this.#cluster = cluster;
    this.#port = port;
    this.url = `postgresql://${databaseUser}:${clusterPassword(cluster)}@127.0.0.1:${port}/${databaseName}`;
  }

  static async start(): Promise<OwnPostgres> {
    const account = postgresAccount();
    const signal = AbortSignal.timeout(60_000);
    const place = mkdtempSync(join(tmpdir(), "orders-postgres-"));
    chmodSync(place, 0o755);
    const binaries = await postgresBinaries(binariesPlace(account), signal, () => {});
    const cluster = { binaries, place, account };
    await prepareCluster(cluster, signal, () => {});
    const port = await findFreePort();
    configureCluster(cluster, { port });
    const postgres = new OwnPostgres(cluster, port);
    try {
      await postgres.start();
    } catch (error) {
      await postgres.remove();
      throw error;
    }
    return postgres;
  }

  async start(): Promise<void> {
    // As the engine does it: a lock file of a server that was killed is removed.
    await prepareCluster(this.#cluster, AbortSignal.timeout(60_000), () => {});
    const { command, args, cwd, uid, gid } = postgresSpec(this.#cluster, this.#port);
    this.#server = spawn(command, args, {
      cwd,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      stdio: "ignore",
    });
    await eventually(() => this.#answers(), "PostgreSQL answers");
  }

  /** SIGINT is a fast shutdown, SIGQUIT an immediate one, SIGKILL of the postmaster a crash. */
  async stop(signal: "SIGINT" | "SIGQUIT" | "SIGKILL"): Promise<void> {
    const server = this.#server;
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const gone = new Promise((resolve) => server.once("exit", resolve));
    server.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.stop("SIGQUIT");
    rmSync(this.#cluster.place, { recursive: true, force: true });
  }

  async #answers(): Promise<boolean> {
    const database = openDatabase(testSettings({ databaseUrl: this.url }), {
      applicationName: "orders test",
      poolSize: 1,
    });
    try {
      await database.query({ text: "SELECT 1" });
      return true;
    } catch {
      return false;
    } finally {
      await database.close();
    }
  }
}
