import { shippedFile } from "../../../settings/shipped-file.ts";
import type { EngineService } from "../../services/service.ts";
import type { LogRequest, StopSpec } from "../engine.ts";
import type { DockerRecord } from "./docker-record.ts";

/** One run of docker. Secrets are in the environment, never in the arguments. */
export interface DockerCall {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

type Services = readonly EngineService[];

/** Containers, network and volumes of a stack carry this name. */
export function projectName(stack: string): string {
  return `orders-${stack}`;
}

/** Fetches what is missing and makes the containers, without starting them: only this may take long. */
export function createCall(stack: string, services: Services, record: DockerRecord): DockerCall {
  const args = ["up", "--no-start", "--quiet-pull", ...namesOf(services)];
  return compose(stack, args, composeEnvironment(stack, services, record));
}

/** Starts the containers as they were made and waits for their health checks. */
export function startCall(
  stack: string,
  services: Services,
  record: DockerRecord,
  waitMs: number,
): DockerCall {
  const seconds = String(Math.max(1, Math.ceil(waitMs / 1000)));
  return compose(
    stack,
    ["up", "-d", "--no-recreate", "--wait", "--wait-timeout", seconds, ...namesOf(services)],
    composeEnvironment(stack, services, record),
  );
}

/** Some services are stopped; without a choice the whole project goes, with its volumes if asked. */
export function stopCall(
  stack: string,
  services: Services,
  record: DockerRecord,
  { services: only, graceMs, removeData }: StopSpec,
): DockerCall {
  const seconds = String(Math.max(1, Math.ceil(graceMs / 1000)));
  const args =
    only === undefined || removeData
      ? ["down", "--timeout", seconds, ...(removeData ? ["--volumes"] : [])]
      : ["stop", "--timeout", seconds, ...only];
  return compose(stack, args, composeEnvironment(stack, services, record));
}

export function logsCall(
  stack: string,
  services: Services,
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
    composeEnvironment(stack, services, record),
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
function composeEnvironment(
  stack: string,
  services: Services,
  { ports, ...secrets }: DockerRecord,
): Record<string, string> {
  const prefix = stack === "default" ? "" : `${projectName(stack)}-`;
  const environment: Record<string, string> = {};
  for (const { name, container } of services) {
    const variable = name.toUpperCase().replaceAll("-", "_");
    environment[`${variable}_CONTAINER`] = `${prefix}${name}`;
    environment[`${variable}_PORT`] = String(ports[name]);
    Object.assign(environment, container.environment(secrets));
  }
  return environment;
}

function namesOf(services: Services): readonly string[] {
  return services.map(({ name }) => name);
}
