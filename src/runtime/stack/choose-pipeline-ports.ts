import { findFreePort, requireFreePort } from "./processes/free-port.ts";
import type { StackRecord } from "./stack-record.ts";

export interface PipelinePortsRequest {
  readonly scale: { readonly api: number; readonly consumer: number };
  /** --port: of the first API; 0: free ones; undefined: as before, else 8080 and up. */
  readonly apiPort: number | undefined;
  readonly recorded: StackRecord["ports"] | undefined;
  /** Ports by name of the children that run: they may keep them. */
  readonly running: ReadonlyMap<string, number>;
}

const apiPortDefault = 8080;

/** @throws Failure("environment") that names the holder of a port that is taken. */
export async function choosePipelinePorts({
  scale,
  apiPort,
  recorded,
  running,
}: PipelinePortsRequest): Promise<StackRecord["ports"]> {
  const api: number[] = [];
  for (let i = 0; i < scale.api; i++) {
    const current = running.get(`api-${i + 1}`);
    const wanted = await wantedApiPort(apiPort, current, recorded?.api[i], api);
    if (wanted !== current) await requireFreePort(wanted, `api-${i + 1}`, "--port");
    api.push(wanted);
  }
  const consumer: number[] = [];
  for (let i = 0; i < scale.consumer; i++) {
    // Nobody asks for a certain one: any free port will do.
    consumer.push(running.get(`consumer-${i + 1}`) ?? (await findFreePort()));
  }
  return { api, consumer };
}

/** @param before the ports of the APIs before this one. */
async function wantedApiPort(
  asked: number | undefined,
  current: number | undefined,
  recorded: number | undefined,
  before: readonly number[],
): Promise<number> {
  if (asked === 0) return current ?? findFreePort();
  const last = before.at(-1);
  const next = last === undefined ? (asked ?? apiPortDefault) : last + 1;
  return asked === undefined ? (current ?? recorded ?? next) : next;
}
