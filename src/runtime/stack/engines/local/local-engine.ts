import { rmSync } from "node:fs";
import { allOrNone } from "../../../lifecycle/all-or-none.ts";
import { followLog } from "../../processes/follow-log.ts";
import { findFreePort, requireFreePort } from "../../processes/free-port.ts";
import { isRunning } from "../../processes/process-identity.ts";
import { stopChildren } from "../../processes/stop-children.ts";
import { runningSupervisor } from "../../processes/supervisor-client.ts";
import { type ChildRecord, readSupervisorState } from "../../processes/supervisor-files.ts";
import { kafka as kafkaService } from "../../services/kafka.ts";
import { postgres as postgresService } from "../../services/postgres.ts";
import { type EngineService, engineServices } from "../../services/service.ts";
import { services as allServices } from "../../services/services.ts";
import type {
  Engine,
  EngineContext,
  InfraService,
  ServiceStatus,
  StartResult,
  StartSpec,
} from "../engine.ts";
import type { KafkaLogin } from "./kafka-login.ts";
import {
  engineDirectory,
  type LocalRecord,
  readLocalRecord,
  writeLocalRecord,
} from "./local-record.ts";
import { isPlaceOf } from "./postgres-account.ts";
import { keptAuth, startKafka } from "./start-kafka.ts";
import { startPostgres } from "./start-postgres.ts";

const services = engineServices(allServices).map(({ name }) => name);

/** Kafka on Java and PostgreSQL from npm's binaries, as processes of this machine. */
export const localEngine: Engine = {
  name: "local",

  async start(context, spec, progress): Promise<StartResult> {
    const before = runningServices(context);
    const ports = await choosePorts(context, spec, before);
    const auth = spec.given.kafkaAuth ?? keptAuth(context, before.get("kafka"));
    writeLocalRecord(context, { ...readLocalRecord(context), ports, kafkaAuth: auth });
    const { timeoutMs } = spec;
    const [login, databaseUrl] = await allOrNone<[KafkaLogin | undefined, string]>(spec.signal, [
      (signal) =>
        startKafka(context, before.get("kafka"), { ports, auth }, { signal, timeoutMs }, (doing) =>
          progress("kafka", doing),
        ),
      (signal) =>
        startPostgres(
          context,
          before.get("postgres"),
          { port: ports.postgres },
          AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
          (doing) => progress("postgres", doing),
        ),
    ]);
    return {
      endpoints: {
        brokers: `127.0.0.1:${ports.kafka}`,
        databaseUrl,
        kafkaAuth: auth,
        ...(login === undefined ? {} : { kafkaLogin: login }),
      },
      started: services.filter((service) => isNew(context, service, before)),
    };
  },

  async stop(context, { services: only = services, graceMs, removeData }): Promise<void> {
    await stopChildren(context.directory, only, graceMs);
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
    return services.map((service) => {
      const record = children.find(({ name }) => name === service);
      return serviceStatus(service, record, supervised);
    });
  },

  async logs(context, request, write): Promise<void> {
    await followLog(context.directory, request, write);
  },
};

type Running = ReadonlyMap<string, ChildRecord>;

function runningServices(context: EngineContext): Running {
  const children = readSupervisorState(context.directory)?.children ?? [];
  return new Map(
    children
      .filter(({ identity }) => identity !== undefined && isRunning(identity))
      .map((child) => [child.name, child]),
  );
}

function isNew(context: EngineContext, service: InfraService, before: Running): boolean {
  const pid = before.get(service)?.identity?.pid;
  return pid === undefined || runningServices(context).get(service)?.identity?.pid !== pid;
}

async function choosePorts(
  context: EngineContext,
  spec: StartSpec,
  running: Running,
): Promise<LocalRecord["ports"]> {
  const recorded = readLocalRecord(context)?.ports;
  const choose = async ({
    name: service,
    title,
    port: { flag, default: first },
  }: EngineService) => {
    const current = running.get(service)?.port;
    const asked = spec.ports[service];
    if (current !== undefined && (asked === undefined || asked === 0 || asked === current))
      return current;
    if (asked === 0) return findFreePort();
    const port = asked ?? recorded?.[service] ?? first;
    await requireFreePort(port, title, `--${flag}`);
    return port;
  };
  const kafka = await choose(kafkaService);
  const postgres = await choose(postgresService);
  const controller =
    running.has("kafka") && recorded !== undefined ? recorded.controller : await findFreePort();
  return { kafka, postgres, controller };
}

function serviceStatus(
  service: InfraService,
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
