import { Failure } from "../../../../failure/failure.ts";
import { engineServices } from "../../services/service.ts";
import { services } from "../../services/services.ts";
import type { Endpoints, Engine, EngineContext, ServiceStatus, StartResult } from "../engine.ts";
import { choosePorts } from "./choose-ports.ts";
import {
  containersCall,
  createCall,
  inspectCall,
  logsCall,
  projectName,
  startCall,
  stopCall,
  volumesCall,
} from "./compose-call.ts";
import { containerStatus } from "./container-status.ts";
import {
  type DockerRecord,
  newSecrets,
  readDockerRecord,
  removeDockerRecord,
  writeDockerRecord,
} from "./docker-record.ts";
import { runDocker, streamDocker } from "./run-docker.ts";

const downloadWithinMs = 600_000;
const answerWithinMs = 5_000;

/** Kafka and PostgreSQL as containers, by the shipped compose file. */
export const dockerEngine: Engine = {
  name: "docker",

  async start(context, spec, progress): Promise<StartResult> {
    const before = await statuses(context);
    const recorded = readDockerRecord(context);
    if (recorded === undefined) await refuseUnknownData(context);
    const ports = await choosePorts(spec.ports, before, recorded?.ports);
    const record: DockerRecord = { ...(recorded ?? newSecrets()), ports };
    writeDockerRecord(context, record);
    const started = before.filter(({ state }) => !isUp(state)).map(({ service }) => service);
    // Compose makes a container anew when anything about it differs; what runs as wanted is left alone.
    if (started.length === 0 && before.every(({ service, port }) => port === ports[service])) {
      return { endpoints: endpointsOf(record), started };
    }
    const report = (doing: string) => {
      for (const { name } of engineServices(services)) progress(name, doing);
    };
    report("making the container (the first time its image is downloaded)");
    await runDocker(createCall(context.stack, record), {
      timeoutMs: downloadWithinMs,
      signal: spec.signal,
      doing: "make the containers of Kafka and PostgreSQL",
    });
    report("starting the container");
    await runDocker(startCall(context.stack, record, spec.timeoutMs), {
      // compose ends by itself; this is for a daemon that stopped answering.
      timeoutMs: spec.timeoutMs + answerWithinMs,
      signal: spec.signal,
      doing: "start Kafka and PostgreSQL",
    });
    return { endpoints: endpointsOf(record), started };
  },

  async stop(context, spec): Promise<void> {
    const record = readDockerRecord(context);
    if (record === undefined) return;
    await runDocker(stopCall(context.stack, record, spec), {
      timeoutMs: spec.graceMs + 30_000,
      doing: "stop Kafka and PostgreSQL",
    });
    if (spec.removeData) removeDockerRecord(context);
  },

  async status(context): Promise<readonly ServiceStatus[]> {
    // Never started: Docker need not even be there.
    return readDockerRecord(context) === undefined ? containerStatus("") : statuses(context);
  },

  async logs(context, request, write): Promise<void> {
    const record = readDockerRecord(context);
    if (record === undefined) return;
    await streamDocker(logsCall(context.stack, record, request), request.signal, write);
  },
};

async function statuses({ stack }: EngineContext): Promise<readonly ServiceStatus[]> {
  const bounded = { timeoutMs: answerWithinMs, doing: "say how the containers are" };
  const ids = (await runDocker(containersCall(stack), bounded)).split("\n").filter(Boolean);
  return containerStatus(ids.length === 0 ? "" : await runDocker(inspectCall(ids), bounded));
}

function endpointsOf({ ports, password }: DockerRecord): Endpoints {
  return {
    // The name under which the broker advertises itself.
    brokers: `localhost:${ports.kafka}`,
    databaseUrl: `postgresql://postgres:${password}@127.0.0.1:${ports.postgres}/postgres?sslmode=disable`,
  };
}

function isUp(state: ServiceStatus["state"]): boolean {
  return state === "running" || state === "starting";
}

/** Data whose password nobody knows any more would make a database that refuses us. */
async function refuseUnknownData({ stack }: EngineContext): Promise<void> {
  const volumes = await runDocker(volumesCall(stack), {
    timeoutMs: answerWithinMs,
    doing: "list its volumes",
  });
  if (volumes.trim() === "") return;
  const project = projectName(stack);
  throw new Failure("environment", {
    what: `Docker has data of a stack named ${stack}, but its record is gone from this account`,
    meaning: "the password of its database is not known any more",
    remedy: `use another --stack, or remove that data: docker compose -p ${project} down --volumes`,
  });
}
