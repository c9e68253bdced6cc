import { rmSync } from "node:fs";
import { allOrNone } from "../../../lifecycle/all-or-none.ts";
import { followLog } from "../../processes/follow-log.ts";
import { findFreePort, requireFreePort } from "../../processes/free-port.ts";
import { isRunning } from "../../processes/process-identity.ts";
import { stopChildren } from "../../processes/stop-children.ts";
import { runningSupervisor } from "../../processes/supervisor-client.ts";
import { type ChildRecord, readSupervisorState } from "../../processes/supervisor-files.ts";
import type { Endpoints, EngineService } from "../../services/service.ts";
import type { Engine, EngineContext, ServiceStatus, StartResult, StartSpec } from "../engine.ts";
import { joinEndpoints } from "../join-endpoints.ts";
import { engineDirectory, readLocalRecord, writeLocalRecord } from "./local-record.ts";
import { isPlaceOf } from "./postgres-account.ts";

/** readonly Service[] as supervised processes of this machine: how each is started, its own file says. */
export function localEngine(services: readonly EngineService[]): Engine {
  return {
    name: "local",
    services,

    async start(context, spec, progress): Promise<StartResult> {
      const before = runningServices(context);
      const ports = await choosePorts(services, context, spec.ports, before);
      const recorded = readLocalRecord(context);
      writeLocalRecord(context, { ...recorded, ports: { ...recorded?.ports, ...ports } });
      const { timeoutMs, given } = spec;
      const parts = await allOrNone<readonly Partial<Endpoints>[]>(
        spec.signal,
        services.map(
          (service) => (signal) =>
            service.startLocally({
              context,
              running: before.get(service.name),
              port: ports[service.name] ?? service.port.default,
              kafkaAuth: given.kafkaAuth,
              signal,
              timeoutMs,
              progress: (doing) => progress(service.name, doing),
            }),
        ),
      );
      return {
        endpoints: joinEndpoints(parts),
        started: services.map(({ name }) => name).filter((name) => isNew(context, name, before)),
      };
    },

    async stop(context, { services: only, graceMs, removeData }): Promise<void> {
      const names = only ?? services.map(({ name }) => name);
      await stopChildren(context.directory, names, graceMs);
      if (!removeData) return;
      const { postgresPlace } = readLocalRecord(context) ?? {};
      // The record goes last: a crash in between leaves what says where the rest is.
      if (postgresPlace !== undefined && isPlaceOf(context.directory, postgresPlace)) {
        rmSync(postgresPlace, { recursive: true, force: true });
      }
      rmSync(engineDirectory(context), { recursive: true, force: true });
    },

    async status(context): Promise<readonly ServiceStatus[]> {
      const children = readSupervisorState(context.directory)?.children ?? [];
      const supervised = runningSupervisor(context.directory) !== undefined;
      return services.map(({ name: service }) => {
        const record = children.find(({ name }) => name === service);
        return serviceStatus(service, record, supervised);
      });
    },

    async logs(context, request, write): Promise<void> {
      await followLog(context.directory, request, write);
    },
  };
}

type Running = ReadonlyMap<string, ChildRecord>;

function runningServices(context: EngineContext): Running {
  const children = readSupervisorState(context.directory)?.children ?? [];
  return new Map(
    children
      .filter(({ identity }) => identity !== undefined && isRunning(identity))
      .map((child) => [child.name, child]),
  );
}

function isNew(context: EngineContext, service: string, before: Running): boolean {
  const pid = before.get(service)?.identity?.pid;
  return pid === undefined || runningServices(context).get(service)?.identity?.pid !== pid;
}

async function choosePorts(
  services: readonly EngineService[],
  context: EngineContext,
  askedPorts: StartSpec["ports"],
  running: Running,
): Promise<Readonly<Record<string, number>>> {
  const recorded = readLocalRecord(context)?.ports;
  const ports: Record<string, number> = {};
  for (const { name, title, port } of services) {
    const current = running.get(name)?.port;
    const asked = askedPorts[name];
    if (current !== undefined && (asked === undefined || asked === 0 || asked === current)) {
      ports[name] = current;
    } else if (asked === 0) {
      ports[name] = await findFreePort();
    } else {
      const wanted = asked ?? recorded?.[name] ?? port.default;
      await requireFreePort(wanted, title, `--${port.flag}`);
      ports[name] = wanted;
    }
  }
  return ports;
}

function serviceStatus(
  service: string,
  record: ChildRecord | undefined,
  supervised: boolean,
): ServiceStatus {
  if (record === undefined) return { service, state: "stopped", restarts: 0 };
  const { identity, port, startedAtMs, restarts, reason } = record;
  const alive = identity !== undefined && isRunning(identity);
  const state = alive
    ? "running"
    : record.status === "failed"
      ? "failed"
      : supervised && (record.status === "waiting" || record.status === "starting")
        ? "restarting"
        : "stopped";
  return {
    service,
    state,
    pid: alive ? identity.pid : undefined,
    port,
    startedAtMs: alive ? startedAtMs : undefined,
    restarts,
    reason: alive ? undefined : reason,
  };
}
