import { signalProcess } from "../../processes/process-identity.ts";
import { amendChildren } from "../../processes/supervisor-client.ts";
import type { Endpoints, LocalStart } from "../../services/service.ts";
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

/**
 * Prepares and starts PostgreSQL; one that runs on the wanted port only reads its settings again.
 */
export async function startPostgres({
  context,
  running,
  port,
  timeoutMs,
  progress,
  ...start
}: LocalStart): Promise<Partial<Endpoints>> {
  const signal = AbortSignal.any([start.signal, AbortSignal.timeout(timeoutMs)]);
  const account = postgresAccount();
  const place = postgresPlace(context.directory, account);
  const binaries = await postgresBinaries(binariesPlace(account), signal, progress);
  const cluster: PostgresCluster = { binaries, place, account };
  if (running?.port === port) {
    configureCluster(cluster, { port });
    if (running.identity !== undefined) signalProcess(running.identity, "SIGHUP");
    return { databaseUrl: urlOf(cluster, port) };
  }
  // Before anything is put there: `down --volumes` must find it.
  const record = readLocalRecord(context);
  if (record !== undefined) writeLocalRecord(context, { ...record, postgresPlace: place });
  if (running === undefined) await prepareCluster(cluster, signal, progress);
  progress("starting");
  configureCluster(cluster, { port });
  signal.throwIfAborted();
  await amendChildren(context.directory, { put: [postgresSpec(cluster, port)] });
  return { databaseUrl: urlOf(cluster, port) };
}

function urlOf(cluster: PostgresCluster, port: number): string {
  return `postgresql://${databaseUser}:${clusterPassword(cluster)}@127.0.0.1:${port}/${databaseName}?sslmode=disable`;
}
