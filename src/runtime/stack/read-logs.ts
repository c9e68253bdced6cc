import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Failure } from "../../failure/failure.ts";
import type { EngineContext } from "./engines/engine.ts";
import { engineOf } from "./engines/engine-of.ts";
import { followLog } from "./processes/follow-log.ts";
import type { Service } from "./services/service.ts";
import { stackDirectory } from "./stack-paths.ts";
import { readStackRecord } from "./stack-record.ts";

export interface LogsRequest {
  readonly stack: string;
  /** What the stack is made of; default: services/services.ts. */
  readonly services?: readonly Service[] | undefined;
  /** undefined: all of them. `api` and `consumer` mean every instance. */
  readonly service: string | undefined;
  readonly lines: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
}

/**
 * Logs of a stack, running or not. With several services each one's last lines come together, and
 * what is added later comes as it comes.
 * @throws Failure("environment") without such a stack, Failure("usage") without such a service.
 */
export async function readLogs(
  request: LogsRequest,
  write: (service: string, line: string) => void,
): Promise<readonly string[]> {
  const { stack, lines, follow, signal } = request;
  const directory = stackDirectory(stack);
  const record = readStackRecord(directory);
  if (record === undefined) {
    throw new Failure("environment", {
      what: `there is no stack named ${stack}`,
      meaning: "logs are kept from the first `orders up` until `orders down --volumes`",
      remedy: `run \`orders up --stack ${stack}\``,
    });
  }
  const engine = await engineOf(record.engine, request.services);
  // Of a stack whose logs alone were kept, all are files.
  const ofEngine = record.logsOnly === true ? [] : engine.services.map(({ name }) => name);
  const asked = chosen([...ofEngine, ...loggedServices(directory)], request.service);
  const context: EngineContext = { stack, directory };
  const readOne = (service: string) => {
    const query = { lines, follow, signal };
    const tell = (line: string) => write(service, line);
    return ofEngine.includes(service)
      ? engine.logs(context, { ...query, service }, tell)
      : followLog(directory, { ...query, service }, tell);
  };
  if (follow) await Promise.all(asked.map(readOne));
  else for (const service of asked) await readOne(service);
  return asked;
}

/** @returns the services that have a log of ours, by name. */
function loggedServices(directory: string): readonly string[] {
  const logs = join(directory, "logs");
  if (!existsSync(logs)) return [];
  return readdirSync(logs)
    .filter((name) => name.endsWith(".log"))
    .map((name) => name.slice(0, -".log".length))
    .sort();
}

function chosen(present: readonly string[], asked: string | undefined): readonly string[] {
  const all = [...new Set(present)];
  // The supervisor's own log is for when something is wrong with it: only when asked for.
  if (asked === undefined) return all.filter((service) => service !== "supervisor");
  const found = all.filter((service) => service === asked || service.startsWith(`${asked}-`));
  if (found.length > 0) return found;
  throw new Failure("usage", {
    what: `this stack has no service named ${asked}`,
    remedy: `one of: ${all.join(", ")}`,
  });
}
