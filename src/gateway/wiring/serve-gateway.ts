import type { AddressInfo } from "node:net";
import type { Logger } from "pino";
import { Agent } from "undici";
import { Failure } from "../../failure/failure.ts";
import { createRunnable } from "../../runtime/lifecycle/create-runnable.ts";
import { listenFailure } from "../../runtime/lifecycle/listen-failure.ts";
import { limitErrors } from "../../runtime/lifecycle/output/service-log.ts";
import { runUntil } from "../../runtime/lifecycle/run-until.ts";
import type { Runnable } from "../../runtime/lifecycle/runnable.ts";
import { Instances } from "../instances.ts";
import type { UpstreamName } from "../routes.ts";
import { buildGateway, type GatewayServer } from "../server/build-gateway.ts";
import type { MetricsTogether } from "../server/gateway-metrics.ts";
import { askOpenApis } from "./ask-openapis.ts";
import { watchUpstreams } from "./watch-upstreams.ts";

export interface GatewayOptions {
  /** Base URLs of all processes of each. */
  readonly upstreams: Readonly<Partial<Record<UpstreamName, readonly string[]>>>;
  readonly host: string;
  /** 0 for any free one. */
  readonly port: number;
  readonly ratePerSecond: number;
  readonly trustedProxies: readonly string[];
  readonly connectTimeoutMs: number;
  readonly timeoutMs: number;
  readonly log: Logger;
  readonly onListening: (port: number) => void;
  /** With the other processes of this gateway, where there are any. */
  readonly together?: MetricsTogether;
}

export interface GatewayCounts {
  readonly requests: number;
  /** Answered 4xx, those over the limit included. */
  readonly invalid: number;
  /** Answered 429. */
  readonly limited: number;
  /** That an upstream left without an answer. */
  readonly failed: number;
}

/** Beyond the time that an answer may take: how long connections may take to end by themselves. */
const closeWithinMs = 3_000;

/** From the signal to the end. */
export function stopWithinMs({ timeoutMs }: Pick<GatewayOptions, "timeoutMs">): number {
  return timeoutMs + 2 * closeWithinMs;
}

/** To one instance; what comes in beside them waits for one of them. */
const connectionsMax = 256;

/**
 * The gateway in this process, until the signal. Its upstreams need not be there yet.
 * @throws Failure("usage") without any upstream, Failure("environment") when it cannot listen.
 */
export async function serveGateway(
  options: GatewayOptions & { readonly signal: AbortSignal },
): Promise<GatewayCounts> {
  const gateway = createGateway(options);
  await runUntil(gateway, { signal: options.signal, stopWithinMs: stopWithinMs(options) });
  return gateway.counts;
}

/** Its stop answers all that was taken. */
export interface Gateway extends Runnable {
  readonly counts: GatewayCounts;
}

export function createGateway(options: GatewayOptions): Gateway {
  const { host, port, log, timeoutMs, connectTimeoutMs } = options;
  const upstreams = given(options.upstreams);
  const agent = new Agent({
    ...{ connections: connectionsMax, pipelining: 1, connect: { timeout: connectTimeoutMs } },
    ...{ headersTimeout: timeoutMs, bodyTimeout: timeoutMs },
  });
  const watch = watchUpstreams(upstreams, agent);
  const failing = limitErrors(log);
  let server: GatewayServer | undefined;
  const runnable = createRunnable("gateway", {
    async start() {
      server = await buildGateway({
        ...{ upstreams, dispatcher: agent, timeoutMs },
        ratePerSecond: options.ratePerSecond,
        trustedProxies: options.trustedProxies,
        notReadyBecause: () => runnable.notReadyBecause(),
        together: options.together,
        openApis: () => askOpenApis(Object.values(upstreams), agent),
        log: {
          bug: (error) => log.error({ err: error }, "unexpected error"),
          upstreamFailed: failing,
          ...(log.isLevelEnabled("debug") ? { request: (line) => log.debug(line, "request") } : {}),
        },
      });
      await listen(server, host, port);
      await watch.start();
      options.onListening((server.app.server.address() as AddressInfo).port);
    },
    notReadyBecause: () => watch.notReadyBecause(),
    async stop(withinMs) {
      await watch.stop(closeWithinMs);
      if (server !== undefined) {
        const { app } = server;
        const inTimeMs = Math.max(0, withinMs - closeWithinMs);
        const force = setTimeout(() => app.server.closeAllConnections(), inTimeMs);
        await app.close();
        clearTimeout(force);
      }
      await agent.destroy();
    },
  });
  return {
    ...runnable,
    get counts() {
      return server?.counts ?? { requests: 0, invalid: 0, limited: 0, failed: 0 };
    },
  };
}

function given(upstreams: GatewayOptions["upstreams"]): Readonly<Record<string, Instances>> {
  const named = Object.entries(upstreams).map(([name, urls]) => [name, new Instances(urls)]);
  if (named.length > 0) return Object.fromEntries(named);
  throw new Failure("usage", {
    what: "the gateway has nowhere to send requests to",
    meaning: "it was given neither an API nor a shop",
    remedy: "give --api-url or --shop-url, or start a stack with `orders up --profile shop`",
  });
}

async function listen({ app }: GatewayServer, host: string, port: number): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const flags = { portFlag: "--port", hostFlag: "--host" };
    throw listenFailure(cause, { host, port, of: "the gateway", ...flags });
  }
}
