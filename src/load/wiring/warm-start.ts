import { LoadRun } from "../load-run.ts";
import { steadySchedule } from "../schedule/steady-schedule.ts";
import type { LoadTarget } from "../target.ts";
import type { ApiConnections, TargetKind, TargetPorts } from "../targets/target-kind.ts";
import { createWorkload, type WorkloadSpec } from "../workload.ts";
import { PlainConnection } from "./http/plain-connection.ts";
import { listenWarm } from "./warm-server.ts";

/**
 * Several, each with objects of its own: code that was compiled for one run's very own is thrown away
 * when the next begins, and the shape of a class's objects settles with the eighth of them (V8).
 */
const rounds = 10;

/** Of a round. All in all, enough for the compiler to have seen every line of the path some thousand times; under a second. */
const orders = 1_000;
const ratePerSecond = 14_000;
const timeoutMs = 1_000;
const connectionsMax = 16;

/**
 * Runs the load's own path hot before its clock starts: the same target, workload, recorder and
 * connections, against a server of this process that takes every order. Nothing is sent to the system
 * under load. Cold code would be late by itself in the first second, and would look like the system.
 * A target that is no HTTP request is not warmed.
 * @returns how many orders it took for that.
 */
export async function warmStart(
  target: TargetKind,
  spec: WorkloadSpec,
  signal: AbortSignal,
): Promise<number> {
  let acked = 0;
  const server = await listenWarm();
  const connect = (path: string): ApiConnections => {
    const url = new URL(path, `http://127.0.0.1:${server.port}/`);
    const open = () => new PlainConnection(url, { connectTimeoutMs: timeoutMs });
    return { url, connectionsMax, opened: [], connect: open };
  };
  const ports: TargetPorts = {
    api: async (path) => connect(path),
    gateway: async (path) => connect(path),
    foreign: async (url) => connect(url.pathname),
    log: async () => Promise.reject(new NotHttp()),
  };
  try {
    for (let round = 0; round < rounds && !signal.aborted; round++)
      acked += await warmRound(await target.open(ports), spec, signal);
  } catch (error) {
    if (!(error instanceof NotHttp)) throw error;
  } finally {
    await server.close();
  }
  return acked;
}

class NotHttp extends Error {}

async function warmRound(
  target: LoadTarget,
  spec: WorkloadSpec,
  signal: AbortSignal,
): Promise<number> {
  const schedule = steadySchedule(ratePerSecond, (orders * 1_000) / ratePerSecond);
  // Customers and keys of its own: the load's orders stay as their seed says.
  const workload = createWorkload({ ...spec, runId: `${spec.runId}-warm`, changes: undefined });
  const run = new LoadRun({ schedule, workload, maxInFlight: orders, timeoutMs }, target, {
    signal,
    onSlice: () => {},
    onProgress: () => {},
  });
  try {
    await run.finished();
    return run.recorder.totals.acked;
  } finally {
    run.recorder.release();
    await target.close();
  }
}
