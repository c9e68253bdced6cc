import { shippedFile } from "../../../settings/shipped-file.ts";
import { engineServices, type Service } from "../../services/service.ts";
import { services as allServices } from "../../services/services.ts";
import type { LogRequest, StopSpec } from "../engine.ts";
import type { DockerRecord } from "./docker-record.ts";

/** One run of docker. Secrets are in the environment, never in the arguments. */
export interface DockerCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Containers, network and volumes of a stack carry this name. */
export function projectName(stack: string): string {
  return `orders-${stack}`;
}

/** Fetches what is missing and makes the containers, without starting them: only this may take long. */
export function createCall(
  stack: string,
  record: DockerRecord,
  services: readonly Service[] = allServices,
): DockerCall {
  const args = ["up", "--no-start", "--quiet-pull", ...containersOf(services)];
  return compose(stack, args, composeEnvironment(stack, record));
}

/** Starts the containers as they were made and waits for their health checks. */
export function startCall(
  stack: string,
  record: DockerRecord,
  waitMs: number,
  services: readonly Service[] = allServices,
): DockerCall {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return compose(
    stack,
    ["up", "-d", "--no-recreate", "--wait", "--wait-timeout", seconds, ...containersOf(services)],
    composeEnvironment(stack, record),
  );
}

/** Some services are stopped; without a choice the whole project goes, with its volumes if asked. */
export function stopCall(
  stack: string,
  record: DockerRecord,
  { services: only, graceMs, removeData }: StopSpec,
): DockerCall {
  const seconds = String(Math.max(1, Math.ceil(graceMs / 1000)));
  const args =
    only === undefined || removeData
      ? ["down", "--timeout", seconds, ...(removeData ? ["--volumes"] : [])]
      : ["stop", "--timeout", seconds, ...only];
  return compose(stack, args, composeEnvironment(stack, record));
}

export function logsCall(
  stack: string,
  record: DockerRecord,
  { service, lines, follow }: Pick<LogRequest, "service" | "lines" | "follow">,
): DockerCall {
  return compose(
    stack,
    [
      ...["logs", "--no-color", "--no-log-prefix", "--tail", String(lines)],
      ...(follow ? ["--follow"] : []),
      service,
    ],
    composeEnvironment(stack, record),
  );
}

/** Ids of the project's containers, running or not; without reading the compose file. */
export function containersCall(stack: string): DockerCall {
  const filter = `label=com.docker.compose.project=${projectName(stack)}`;
  return { args: ["ps", "--all", "--quiet", "--no-trunc", "--filter", filter], environment: {} };
}

export function volumesCall(stack: string): DockerCall {
  const filter = `label=com.docker.compose.project=${projectName(stack)}`;
  return { args: ["volume", "ls", "--quiet", "--filter", filter], environment: {} };
}

export function inspectCall(ids: readonly string[]): DockerCall {
  return { args: ["inspect", "--type", "container", ...ids], environment: {} };
}

/** The compose file names a container as its service is named. */
function containersOf(services: readonly Service[]): readonly string[] {
  return engineServices(services).map(({ name }) => name);
}

function compose(
  stack: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
): DockerCall {
  const file = shippedFile("compose/docker-compose.yml");
  return { args: ["compose", "-p", projectName(stack), "-f", file, ...args], environment };
}

/**
 * What the compose file asks for. The default stack has the containers' names that the reference's
 * documents use (`docker exec -it postgres psql`); names are one per machine, so others have their own.
 */
function composeEnvironment(stack: string, record: DockerRecord): Record<string, string> {
  const prefix = stack === "default" ? "" : `${projectName(stack)}-`;
  return {
    KAFKA_CONTAINER: `${prefix}kafka`,
    POSTGRES_CONTAINER: `${prefix}postgres`,
    KAFKA_PORT: String(record.ports.kafka),
    POSTGRES_PORT: String(record.ports.postgres),
    POSTGRES_PASSWORD: record.password,
    KAFKA_CLUSTER_ID: record.clusterId,
  };
}
