import { findFreePort, requireFreePort } from "./processes/free-port.ts";
import { instanceName, type Service, supervisedServices } from "./services/service.ts";
import type { StackRecord } from "./stack-record.ts";

export interface ServicePortsRequest {
  readonly services: readonly Service[];
  /** How many processes, by service. */
  readonly scale: Readonly<Record<string, number>>;
  /** By service, of its first process; 0: free ones; undefined: as before, else the default and up. */
  readonly asked: Readonly<Record<string, number | undefined>>;
  readonly recorded: StackRecord["ports"] | undefined;
  /** Ports by name of the processes that run: they may keep them. */
  readonly running: ReadonlyMap<string, number>;
  /** Ports of processes that will have ended, or moved, before others start. */
  readonly leaving: ReadonlySet<number>;
}

/** @throws Failure("environment") that names the holder of a port that is taken. */
export async function chooseServicePorts(
  request: ServicePortsRequest,
): Promise<StackRecord["ports"]> {
  const { scale, recorded, running, leaving } = request;
  const ports: Record<string, readonly number[]> = {};
  for (const service of supervisedServices(request.services)) {
    const own: number[] = [];
    for (let i = 0; i < (scale[service.name] ?? 0); i++) {
      const name = instanceName(service, i);
      const current = running.get(name);
      if (service.port === "free") {
        own.push(current ?? (await findFreePort()));
        continue;
      }
      const asked = request.asked[service.name];
      const before = { current, recorded: recorded?.[service.name]?.[i], last: own.at(-1) };
      const wanted = await wantedPort(asked, before, service.port.default);
      if (wanted !== current && !leaving.has(wanted))
        await requireFreePort(wanted, name, `--${service.port.flag}`);
      own.push(wanted);
    }
    ports[service.name] = own;
  }
  return ports;
}

/** @param before what it has, what it had, and the port of the process before this one. */
async function wantedPort(
  asked: number | undefined,
  before: {
    readonly current: number | undefined;
    readonly recorded: number | undefined;
    readonly last: number | undefined;
  },
  first: number,
): Promise<number> {
  const { current, recorded, last } = before;
  if (asked === 0) return current ?? findFreePort();
  const next = last === undefined ? (asked ?? first) : last + 1;
  return asked === undefined ? (current ?? recorded ?? next) : next;
}
