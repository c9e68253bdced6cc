import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Database } from "../../../src/ports/database.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import {
  binariesPlace,
  postgresAccount,
} from "../../../src/runtime/stack/engines/local/postgres-account.ts";
import { postgresBinaries } from "../../../src/runtime/stack/engines/local/postgres-binaries.ts";
import {
  clusterPassword,
  configureCluster,
  type PostgresCluster,
  postgresSpec,
  prepareCluster,
} from "../../../src/runtime/stack/engines/local/postgres-cluster.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import { eventually, testSettings } from "../../integration/services.ts";
import type { Certificate } from "./certificates.ts";

/** A PostgreSQL that takes `app` over TLS only; for the test itself also a Unix socket. */
export class SecuredPostgres {
  readonly password = randomBytes(12).toString("hex");
  readonly port: number;
  readonly #cluster: PostgresCluster;
  #server: ChildProcess | undefined;

  private constructor(cluster: PostgresCluster, port: number) {
    this.#cluster = cluster;
    this.port = port;
  }

  static async start(good: Certificate, expired: Certificate): Promise<SecuredPostgres> {
    const account = postgresAccount();
    const signal = AbortSignal.timeout(60_000);
    const place = mkdtempSync(join(tmpdir(), "orders-secured-postgres-"));
    chmodSync(place, 0o777);
    const binaries = await postgresBinaries(binariesPlace(account), signal, () => {});
    const cluster = { binaries, place, account };
    await prepareCluster(cluster, signal, () => {});
    const postgres = new SecuredPostgres(cluster, await findFreePort());
    for (const [name, { certificate, key }] of Object.entries({ good, expired })) {
      postgres.#give(`${name}.crt`, certificate);
      postgres.#give(`${name}.key`, key);
    }
    postgres.#give("hba.conf", "local all all scram-sha-256\nhostssl all all all scram-sha-256\n");
    await postgres.#start();
    return postgres;
  }

  /** From another certificate on, for new connections. */
  async present(name: "good" | "expired"): Promise<void> {
    await this.#asOwner(async (owner) => {
      for (const [setting, suffix] of [
        ["ssl_cert_file", "crt"],
        ["ssl_key_file", "key"],
      ])
        await owner.query({
          text: `ALTER SYSTEM SET ${setting} = '${this.#path(`${name}.${suffix}`)}'`,
        });
      await owner.query({ text: "SELECT pg_reload_conf()" });
    });
  }

  url(query: string, user = `app:${this.password}`, host = "localhost"): string {
    return `postgresql://${user}@${host}:${this.port}/shop?${query}`;
  }

  async remove(): Promise<void> {
    const server = this.#server;
    if (server !== undefined && server.exitCode === null) {
      const gone = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGQUIT");
      await gone;
    }
    rmSync(this.#cluster.place, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    configureCluster(this.#cluster, { port: this.port });
    appendFileSync(
      join(this.#cluster.place, "cluster", "postgresql.conf"),
      [
        `unix_socket_directories = '${this.#cluster.place}'`,
        `hba_file = '${this.#path("hba.conf")}'`,
        "ssl = on",
        `ssl_cert_file = '${this.#path("good.crt")}'`,
        `ssl_key_file = '${this.#path("good.key")}'`,
      ].join("\n"),
    );
    const { command, args, cwd, uid, gid } = postgresSpec(this.#cluster, this.port);
    this.#server = spawn(command, args, {
      cwd,
      ...(uid === undefined ? {} : { uid }),
      ...(gid === undefined ? {} : { gid }),
      stdio: "ignore",
    });
    await eventually(
      () =>
        this.#asOwner(async (owner) => {
          await owner.query({ text: `CREATE ROLE app LOGIN PASSWORD '${this.password}'` });
          await owner.query({ text: "CREATE DATABASE shop OWNER app" });
          await owner.query({ text: "GRANT pg_monitor TO app" });
          return true;
        }).catch(() => false),
      "PostgreSQL answers",
    );
  }

  async #asOwner<T>(work: (owner: Database) => Promise<T>): Promise<T> {
    const login = `postgres:${clusterPassword(this.#cluster)}`;
    const databaseUrl = `postgresql://${login}@${encodeURIComponent(this.#cluster.place)}:${this.port}/postgres`;
    const settings = testSettings({ databaseUrl });
    const owner = openDatabase(settings, { applicationName: "orders test", poolSize: 1 });
    try {
      return await work(owner);
    } finally {
      await owner.close();
    }
  }

  #path(name: string): string {
    return join(this.#cluster.place, name);
  }

  #give(name: string, text: string): void {
    writeFileSync(this.#path(name), text, { mode: 0o600 });
    const { account } = this.#cluster;
    if (account !== undefined) chownSync(this.#path(name), account.uid, account.gid);
  }
}
