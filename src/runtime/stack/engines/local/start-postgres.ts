import { signalProcess } from "../../processes/process-identity.ts";
import { amendChildren } from "../../processes/supervisor-client.ts";
import type { ChildRecord } from "../../processes/supervisor-files.ts";
import type { EngineContext } from "../engine.ts";
import { readLocalRecord, writeLocalRecord } from "./local-record.ts";
import { binariesPlace, postgresAccount, postgresPlace } from "./postgres-account.ts";
import { postgresBinaries } from "./postgres-binaries.ts";
import {
  clusterPassword,
  configureCluster,
  databaseName,
  databaseUser,
  type PostgresCluster,
  postgresSpec,
  prepareCluster,
} from "./postgres-cluster.ts";
import type { PostgresConfigurationOptions } from "./postgres-configuration.ts";

/**
 * Prepares and starts PostgreSQL; one that runs on the wanted port only reads its settings again.
 * @returns the database's URL, with its password.
 */
export async function startPostgres(
  context: EngineContext,
  running: ChildRecord | undefined,
  options: PostgresConfigurationOptions,
  signal: AbortSignal,
  progress: (doing: string) => void,
): Promise<string> {
  const account = postgresAccount();
  const place = postgresPlace(context.directory, account);
  const binaries = await postgresBinaries(binariesPlace(account), signal, progress);
  const cluster: PostgresCluster = { binaries, place, account };
  if (running?.port === options.port) {
    configureCluster(cluster, options);
    if (running.identity !== undefined) signalProcess(running.identity, "SIGHUP");
    return databaseUrl(cluster, options.port);
  }
  // Before anything is put there: `down --volumes` must find it.
  const record = readLocalRecord(context);
  if (record !== undefined) writeLocalRecord(context, { ...record, postgresPlace: place });
  if (running === undefined) await prepareCluster(cluster, signal, progress);
  progress("starting");
  configureCluster(cluster, options);
  signal.throwIfAborted();
  await amendChildren(context.directory, { put: [postgresSpec(cluster, options.port)] });
  return databaseUrl(cluster, options.port);
}

function databaseUrl(cluster: PostgresCluster, port: number): string {
  return `postgresql://${databaseUser}:${clusterPassword(cluster)}@127.0.0.1:${port}/${databaseName}?sslmode=disable`;
}
