import replyFrom from "@fastify/reply-from";
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply } from "fastify";
import { answerClientError } from "../../http/answer-client-error.ts";
import { BodyBudget, tooBusy } from "../../http/body-budget.ts";
import { describeFound } from "../../order/describe-found.ts";
import type { Instances } from "../instances.ts";
import { mergeOpenApi, type OpenApi } from "../merge-openapi.ts";
import type { Problem } from "../problem.ts";
import { methods, routes, type UpstreamName } from "../routes.ts";
import { forward } from "./forward.ts";
import { createGatewayMetrics, type MetricsTogether } from "./gateway-metrics.ts";
import { limitRate, RateLimited } from "./limit-rate.ts";

export interface GatewayServerOptions {
  /** What goes to one that is not given is answered 503. */
  readonly upstreams: Readonly<Partial<Record<UpstreamName, Instances>>>;
  /** An undici dispatcher; the caller closes it. */
  readonly dispatcher: object;
  /** Requests a second of one client; 0: as many as it likes. */
  readonly ratePerSecond: number;
  /** Addresses and ranges whose X-Forwarded-For is believed. */
  readonly trustedProxies: readonly string[];
  readonly timeoutMs: number;
  readonly notReadyBecause: () => string | undefined;
  /** What each upstream says that it answers; undefined when one of them says nothing. */
  readonly openApis: () => Promise<readonly OpenApi[] | undefined>;
  /** With the other processes of this gateway, where there are any. */
  readonly together: MetricsTogether | undefined;
  readonly log: GatewayLog;
}

export interface GatewayLog {
  /** Off by default at this rate; never called with headers, bodies or queries. */
  readonly request?: (line: {
    method: string;
    path: string;
    status: number;
    client: string;
    elapsedMs: number;
  }) => void;
  upstreamFailed(why: string): void;
  bug(error: Error): void;
}

export interface GatewayServer {
  readonly app: FastifyInstance;
  readonly counts: { requests: number; invalid: number; limited: number; failed: number };
}

const connectionsMax = 4_096;
/** A whole request, headers and body, must have arrived within this. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
/** Longer than what load balancers usually keep a connection for (60 s), so that they close it. */
const keepAliveTimeoutMs = 65_000;

/** The gateway's routes. Not listening yet. */
export async function buildGateway(options: GatewayServerOptions): Promise<GatewayServer> {
  const { upstreams, timeoutMs, trustedProxies, log } = options;
  const counts = { requests: 0, invalid: 0, limited: 0, failed: 0 };
  const metrics = createGatewayMetrics(options.together);
  const app = Fastify({
    logger: false,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    // What is no plain HTTP/1.1 could be read otherwise by the next one: it is refused here.
    http: {
      headersTimeout: headersTimeoutMs,
      connectionsCheckingInterval: 5_000,
      insecureHTTPParser: false,
    },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    exposeHeadRoutes: false,
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply, 400, { error: "bad_request", message: error.message }),
  });
  app.server.maxConnections = connectionsMax;
  app.removeAllContentTypeParsers();
  // Whole and as it came: so it can be sent once more, and its length is what was counted.
  app.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    // Whoever asked is gone, and with it the answer that was on its way.
    if (request.socket.destroyed) return;
    const [status, problem] = problemOf(error, request.routeOptions.bodyLimit);
    if (status === 502) log.upstreamFailed(`an answer broke off: ${error.code}`);
    else if (status >= 500) log.bug(error);
    reply.code(status).send(problem);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = describeFound(request.url.split("?", 1)[0] ?? "");
    const message = `there is nothing at ${path}; see /order, /orders/batch, /orders`;
    reply.code(404).send({ error: "not_found", message } satisfies Problem);
  });
  app.addHook("onResponse", (request, reply, done) => {
    const { method, url } = request;
    const { statusCode: status, elapsedTime: elapsedMs } = reply;
    counts.requests += 1;
    if (status >= 400 && status < 500) counts.invalid += 1;
    metrics.answered({ route: request.routeOptions.url ?? "none", method, status, elapsedMs });
    const path = url.split("?", 1)[0] ?? "";
    const client = request.ip;
    log.request?.({ method, path, status, client, elapsedMs: Math.round(elapsedMs * 100) / 100 });
    done();
  });
  app.get("/health", (_request, reply) => {
    reply.send({ status: "alive" });
  });
  app.get("/ready", (_request, reply) => {
    const reason = options.notReadyBecause();
    if (reason === undefined) reply.send({ status: "ready" });
    else reply.code(503).send({ status: "not_ready", reason });
  });
  app.get("/openapi.json", async (_request, reply) => {
    const documents = await options.openApis();
    if (documents !== undefined) return mergeOpenApi(documents);
    const message = "an upstream cannot be asked what it answers; try again";
    return reply.code(503).send({ error: "upstream_unavailable", message } satisfies Problem);
  });
  app.get("/metrics", async (_request, reply) => {
    try {
      return await reply.type(metrics.contentType).send(await metrics.text());
    } catch (error) {
      const message = `not all processes of the gateway can be asked: ${(error as Error).message}`;
      return reply
        .code(503)
        .type("application/json")
        .send({ error: "not_known", message } satisfies Problem);
    }
  });

  const budget = new BodyBudget();
  await app.register(replyFrom, { undici: options.dispatcher, disableRequestLogging: true });
  await app.register(async (forwarded) => {
    const { ratePerSecond } = options;
    if (ratePerSecond > 0) {
      await limitRate(forwarded, ratePerSecond, () => {
        counts.limited += 1;
        metrics.limited();
      });
    }
    forwarded.addHook("onRequest", (request, reply, done) => {
      if (budget.admit(request, reply)) done();
      else reply.code(503).send(tooBusy);
    });
    for (const route of routes) {
      const { url, upstream, bodyBytesMax } = route;
      const instances = upstreams[upstream];
      forwarded.route({
        ...{ method: [...methods], url, bodyLimit: bodyBytesMax },
        handler:
          instances === undefined
            ? (_request, reply) => {
                const message = `this gateway was given no ${upstream}`;
                reply.code(503).send({ error: "upstream_unavailable", message } satisfies Problem);
              }
            : forward(route, {
                instances,
                timeoutMs,
                onRetry: () => metrics.retried(upstream),
                onFailure(why) {
                  counts.failed += 1;
                  metrics.failed(upstream);
                  log.upstreamFailed(why);
                },
              }),
      });
    }
  });
  await app.ready();
  return { app, counts };
}

const brokenOff: Problem = {
  error: "upstream_failed",
  message:
    "the answer broke off; whether it was done is not known: repeat it with the same Idempotency-Key",
};

function sendProblem(reply: FastifyReply, status: number, problem: Problem): void {
  reply.code(status).send(problem);
}

function problemOf(error: FastifyError, bodyLimit: number | undefined): [number, Problem] {
  if (error instanceof RateLimited) return [429, { error: "rate_limited", message: error.message }];
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE") {
    const message = `the body must not be larger than ${bodyLimit} bytes`;
    return [413, { error: "body_too_large", message }];
  }
  if (/^UND_ERR|^ECONNRESET$/.test(error.code ?? "")) return [502, brokenOff];
  const status = error instanceof URIError ? 400 : (error.statusCode ?? 500);
  if (status >= 400 && status < 500)
    return [status, { error: "bad_request", message: error.message }];
  return [500, { error: "internal_error", message: "an error of ours; the log says more" }];
}
