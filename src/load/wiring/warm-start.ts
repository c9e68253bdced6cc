import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { orderIdForKey } from "../../order/order-id.ts";
import { LoadRun } from "../load-run.ts";
import { steadySchedule } from "../schedule/steady-schedule.ts";
import type { ApiConnections, TargetKind, TargetPorts } from "../targets/target-kind.ts";
import { createWorkload, type WorkloadSpec } from "../workload.ts";
import { PlainConnection } from "./http/plain-connection.ts";

/** Enough for the compiler to have seen every line of the path some thousand times; under a second. */
const orders = 4_000;
const ratePerSecond = 6_000;
const timeoutMs = 1_000;
const connectionsMax = 16;

/**
 * Runs the load's own path hot before its clock starts: the same target, workload, recorder and
 * connections, against a server of this process that takes every order. Nothing is sent to the system
 * under load. Cold code would be late by itself in the first second, and would look like the system.
 * A target that is no HTTP request is not warmed.
 */
export async function warmStart(
  target: TargetKind,
  spec: WorkloadSpec,
  signal: AbortSignal,
): Promise<void> {
  const server = await listen();
  const { port } = server.address() as AddressInfo;
  const connect = (path: string): ApiConnections => {
    const url = new URL(path, `http://127.0.0.1:${port}/`);
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
    const warmed = await target.open(ports);
    const schedule = steadySchedule(ratePerSecond, (orders * 1_000) / ratePerSecond);
    // Customers and keys of its own: the load's orders stay as their seed says.
    const workload = createWorkload({ ...spec, runId: `${spec.runId}-warm`, changes: undefined });
    const run = new LoadRun({ schedule, workload, maxInFlight: orders, timeoutMs }, warmed, {
      signal,
      onSlice: () => {},
      onProgress: () => {},
    });
    try {
      await run.finished();
    } finally {
      run.recorder.release();
      await warmed.close();
    }
  } catch (error) {
    if (!(error instanceof NotHttp)) throw error;
  } finally {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
}

class NotHttp extends Error {}

/** Answers as our API and our shop do. */
async function listen(): Promise<Server> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const id = idOf(Buffer.concat(chunks).toString(), request.headers["idempotency-key"]);
      const body = JSON.stringify({ order_id: id, orderId: id, status: "accepted" });
      response.writeHead(202, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((listening, failed) => {
    server.once("error", failed).listen(0, "127.0.0.1", listening);
  });
  return server;
}

function idOf(body: string, key: string | string[] | undefined): string | undefined {
  try {
    const { customer_id, customerId = customer_id } = JSON.parse(body) as Record<string, unknown>;
    return orderIdForKey(String(customerId), String(key));
  } catch {
    return undefined;
  }
}
