import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createRunnable } from "./create-runnable.ts";
import { listenFailure } from "./listen-failure.ts";
import type { Runnable } from "./runnable.ts";

export interface HealthServer extends Runnable {
  /** Where it listens; 0 before that. */
  readonly port: number;
}

export interface HealthServerOptions {
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  /** Whose readiness it tells. */
  readonly of: Pick<Runnable, "notReadyBecause">;
}

/**
 * GET /health (the process answers) and GET /ready (200, or 503 with the reason). Its start throws
 * Failure("environment") when the port is taken, or the host is not this machine's.
 */
export function createHealthServer({ host, port, of }: HealthServerOptions): HealthServer {
  const server = answering(of);
  const runnable = createRunnable("health server", {
    async start() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (cause) => {
          const flags = { portFlag: "--health-port", hostFlag: "--health-host" };
          reject(listenFailure(cause, { host, port, of: "the answer to /ready", ...flags }));
        });
        server.listen(port, host, resolve);
      });
    },
    notReadyBecause: () => undefined,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
  return {
    ...runnable,
    get port() {
      return (server.address() as AddressInfo | null)?.port ?? 0;
    },
  };
}

function answering(of: HealthServerOptions["of"]): Server {
  const server = createServer((request, response) => {
    const reason = request.url === "/ready" ? of.notReadyBecause() : undefined;
    const known = request.url === "/ready" || request.url === "/health";
    const status = !known ? 404 : reason === undefined ? 200 : 503;
    const body = JSON.stringify(
      !known
        ? { error: "not_found" }
        : reason === undefined
          ? { status: "ok" }
          : { status: "not_ready", reason },
    );
    response
      .writeHead(status, { "content-type": "application/json", connection: "close" })
      .end(body);
  });
  server.requestTimeout = 5_000;
  return server;
}
