import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { listenFailure } from "./listen-failure.ts";

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * GET /health (the process answers) and GET /ready (200, or 503 with the reason).
 * @param notReadyBecause undefined when ready.
 * @throws Failure("environment") when the port is taken, or the host is not this machine's.
 */
export async function startHealthServer(
  port: number,
  host: string,
  notReadyBecause: () => string | undefined,
): Promise<HealthServer> {
  const server = createServer((request, response) => {
    const reason = request.url === "/ready" ? notReadyBecause() : undefined;
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
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => {
      const flags = { portFlag: "--health-port", hostFlag: "--health-host" };
      reject(listenFailure(cause, { host, port, of: "the answer to /ready", ...flags }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
