import { existsSync } from "node:fs";
import { resolveSettings } from "../settings/resolve-settings.ts";
import type { Settings } from "../settings/settings.ts";
import { engineOf } from "./engines/engine-of.ts";
import { httpStatus } from "./http-status.ts";
import { isRunning } from "./processes/process-identity.ts";
import { runningSupervisor } from "./processes/supervisor-client.ts";
import {
  type ChildRecord,
  readSupervisorState,
  type SupervisorState,
} from "./processes/supervisor-files.ts";
import { readDatabaseStatus } from "./read-database-status.ts";
import { readKafkaStatus } from "./read-kafka-status.ts";
import { needsOf, servicesIn } from "./services/profile.ts";
import { isInstanceOf, localUrl, type Service, supervisedServices } from "./services/service.ts";
import { knownServices } from "./services/services.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readStackRecord } from "./stack-record.ts";
import { databaseUrlFor } from "./stack-roles.ts";
import { type StackSettings, stackSettings } from "./stack-settings.ts";
import { readStackState } from "./stack-state.ts";
import type { EngineName, ProcessStatus, ServiceState, StackStatus } from "./stack-status.ts";

/** Reads only. Bounded to a few seconds even where nothing answers. */
export async function readStatus(
  stack: string,
  known: readonly Service[] = knownServices,
): Promise<StackStatus> {
  const directory = stackDirectory(stack);
  const record = existsSync(directory) ? readStackRecord(directory) : undefined;
  const services = servicesIn(record?.profile, known);
  const places = stackSettings(stack);
  const state = readSupervisorState(directory);
  const base = {
    ...{ stack, ...readStackState(stack, false) },
    ...{ engine: record?.engine ?? null, why: record?.why ?? null },
  };
  const down: StackStatus = {
    ...base,
    ...{ up: false, healthy: false, strategy: null, supervisor: null, processes: [] },
    ...{ kafka: null, database: null, urls: urlsOf(services, []) },
  };
  if (record === undefined) return down;
  const settings = places === undefined ? undefined : knownSettings(places, record);
  const [processes, kafka, database] = await Promise.all([
    readProcesses({ stack, directory }, record.engine, services, state),
    settings === undefined ? null : readKafkaStatus(settings, needsOf(services).topics),
    settings === undefined
      ? null
      : readDatabaseStatus({
          ...settings,
          databaseUrl: databaseUrlFor(settings.databaseUrl, "reader"),
        }),
  ]);
  // Rolled back or taken down: only a killed `up` leaves processes without settings.
  if (places === undefined && processes.every(({ pid }) => pid === null)) return down;
  const alive = processes.some(({ pid }) => pid !== null);
  const supervisor = supervisorStatus(directory, state);
  const working = processes.every(({ state: s, ready }) => s === "running" && ready !== false);
  return {
    ...base,
    ...readStackState(stack, alive),
    up: places !== undefined,
    healthy:
      working &&
      kafka?.problem === null &&
      database?.problem === null &&
      (supervisor !== null || processes.length === 0),
    strategy: settings?.strategy ?? null,
    ...{ supervisor, processes, kafka, database },
    urls: urlsOf(services, processes),
  };
}

/** Of what people reach. */
function urlsOf(
  services: readonly Service[],
  processes: readonly ProcessStatus[],
): StackStatus["urls"] {
  return Object.fromEntries(
    supervisedServices(services)
      .filter(({ path }) => path !== undefined)
      .map((service) => [
        service.name,
        processes
          .filter(({ name }) => isInstanceOf(service, name))
          .map(({ port }) => localUrl(port ?? 0)),
      ]),
  );
}

function knownSettings(
  stack: StackSettings,
  { topic, group }: { readonly topic: string; readonly group: string },
): Settings {
  // The stack's own word alone: `status` must not depend on the shell it runs in. A short wait, no
  // retries: it has to say that something does not answer, too.
  const patience = {
    connectTimeoutMs: "3000",
    requestTimeoutMs: "3000",
    statementTimeoutMs: "3000",
  };
  return resolveSettings({ stack: { ...patience, topic, group, ...stack } }).values;
}

function supervisorStatus(
  directory: string,
  state: SupervisorState | undefined,
): StackStatus["supervisor"] {
  const supervisor = runningSupervisor(directory);
  if (supervisor === undefined) return null;
  return { pid: supervisor.pid, uptime_seconds: secondsSince(state?.startedAtMs) ?? 0 };
}

/** Of the engine's services and the supervisor's children; asks the children whether they are ready. */
export async function readProcesses(
  context: { readonly stack: string; readonly directory: string },
  engineName: EngineName,
  made: readonly Service[],
  state: SupervisorState | undefined,
): Promise<readonly ProcessStatus[]> {
  const services = await (await engineOf(engineName, made)).status(context);
  const infra = services.map(
    ({ service, state, pid, port, startedAtMs, restarts, reason }): ProcessStatus => ({
      ...{ name: service, state, pid: pid ?? null, port: port ?? null, restarts, ready: null },
      uptime_seconds: secondsSince(startedAtMs),
      reason: reason ?? null,
    }),
  );
  const children = (state?.children ?? []).filter(
    ({ name }) => !services.some(({ service }) => service === name),
  );
  const supervised = runningSupervisor(context.directory) !== undefined;
  return [
    ...infra,
    ...(await Promise.all(children.map((child) => childStatus(child, supervised)))),
  ];
}

async function childStatus(record: ChildRecord, supervised: boolean): Promise<ProcessStatus> {
  const alive = record.identity !== undefined && isRunning(record.identity);
  return {
    name: record.name,
    state: childState(record, alive, supervised),
    pid: alive ? (record.identity?.pid ?? null) : null,
    port: record.port ?? null,
    uptime_seconds: alive ? secondsSince(record.startedAtMs) : null,
    restarts: record.restarts,
    ready:
      alive && record.readyUrl !== undefined ? (await httpStatus(record.readyUrl)) === 200 : null,
    reason: alive ? null : (record.reason ?? null),
  };
}

/** Pure: the supervisor's record, corrected by whether the process and the supervisor are really there. */
export function childState(
  { status }: Pick<ChildRecord, "status">,
  alive: boolean,
  supervised: boolean,
): ServiceState {
  if (alive) return "running";
  if (status === "failed") return "failed";
  if (!supervised) return "stopped";
  return status === "waiting" || status === "starting" || status === "running"
    ? "restarting"
    : "stopped";
}

function secondsSince(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.max(0, Math.round((Date.now() - ms) / 1000));
}
