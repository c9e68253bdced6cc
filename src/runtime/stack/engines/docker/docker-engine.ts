import { Failure } from "../../../../failure/failure.ts";
import type { EngineService } from "../../services/service.ts";
import type { Endpoints, Engine, EngineContext, ServiceStatus, StartResult } from "../engine.ts";
import { joinEndpoints } from "../join-endpoints.ts";
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

/** readonly Service[] as containers, by the shipped compose file. */
export function dockerEngine(services: readonly EngineService[]): Engine {
  const called = services.map(({ title }) => title).join(" and ");

  async function statuses({ stack }: EngineContext): Promise<readonly ServiceStatus[]> {
    const bounded = { timeoutMs: answerWithinMs, doing: "say how the containers are" };
    const ids = (await runDocker(containersCall(stack), bounded)).split("\n").filter(Boolean);
    const inspected = ids.length === 0 ? "" : await runDocker(inspectCall(ids), bounded);
    return containerStatus(services, inspected);
  }

  function endpointsOf({ ports, ...secrets }: DockerRecord): Endpoints {
    return joinEndpoints(
      services.map(({ name, port, container }) =>
        container.endpoints(ports[name] ?? port.default, secrets),
      ),
    );
  }

  return {
    name: "docker",
    services,

    async start(context, spec, progress): Promise<StartResult> {
      const { stack } = context;
      const before = await statuses(context);
      const recorded = readDockerRecord(context);
      if (recorded === undefined) await refuseUnknownData(context);
      const ports = await choosePorts(services, spec.ports, before, recorded?.ports);
      const record: DockerRecord = { ...(recorded ?? newSecrets()), ports };
      writeDockerRecord(context, record);
      const started = before.filter(({ state }) => !isUp(state)).map(({ service }) => service);
      // Compose makes a container anew when anything about it differs; what runs as wanted is left alone.
      if (started.length === 0 && before.every(({ service, port }) => port === ports[service])) {
        return { endpoints: endpointsOf(record), started };
      }
      const report = (doing: string) => {
        for (const { name } of services) progress(name, doing);
      };
      report("making the container (the first time its image is downloaded)");
      await runDocker(createCall(stack, services, record), {
        timeoutMs: downloadWithinMs,
        signal: spec.signal,
        doing: `make the containers of ${called}`,
      });
      report("starting the container");
      await runDocker(startCall(stack, services, record, spec.timeoutMs), {
        // compose ends by itself; this is for a daemon that stopped answering.
        timeoutMs: spec.timeoutMs + answerWithinMs,
        signal: spec.signal,
        doing: `start ${called}`,
      });
      return { endpoints: endpointsOf(record), started };
    },

    async stop(context, spec): Promise<void> {
      const record = readDockerRecord(context);
      if (record === undefined) return;
      await runDocker(stopCall(context.stack, services, record, spec), {
        timeoutMs: spec.graceMs + 30_000,
        doing: `stop ${called}`,
      });
      if (spec.removeData) removeDockerRecord(context);
    },

    async status(context): Promise<readonly ServiceStatus[]> {
      // Never started: Docker need not even be there.
      return readDockerRecord(context) === undefined
        ? containerStatus(services, "")
        : statuses(context);
    },

    async logs(context, request, write): Promise<void> {
      const record = readDockerRecord(context);
      if (record === undefined) return;
      const call = logsCall(context.stack, services, record, request);
      await streamDocker(call, request.signal, write);
    },
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
