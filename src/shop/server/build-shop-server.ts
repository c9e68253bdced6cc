import Fastify, { type FastifyInstance } from "fastify";
import { answerClientError } from "../../http/answer-client-error.ts";
import { unreadableBody } from "../../http/unreadable-body.ts";
import { describeExcess, type JsonBounds, jsonExcess } from "../../order/json-bounds.ts";
import { readText } from "../../order/read-text.ts";
import type { OrderService } from "../order-service.ts";
import { answerError, answerNotFound, sendProblem } from "./answers.ts";
import { addOrderRoutes } from "./order-routes.ts";

export interface ShopServerOptions {
  readonly service: OrderService;
  /** undefined: ready. */
  readonly notReadyBecause: () => string | undefined;
  readonly stopping: () => boolean;
  /** How long an answer may take by design. */
  readonly answerWithinMs: number;
  readonly log: ShopLog;
}

export interface ShopLog {
  /** An error that no client caused. */
  bug(error: Error): void;
  /** Never called with headers or bodies. */
  readonly request?: (line: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly elapsedMs: number;
  }) => void;
}

export interface ShopHttpCounts {
  requests: number;
  /** Answered 4xx: the client's to mend. */
  invalid: number;
}

export interface ShopServer {
  readonly app: FastifyInstance;
  readonly counts: ShopHttpCounts;
}

/** A hundred items of the longest text, each character escaped as \uXXXX, fit in. */
const bodyBytesMax = 1024 * 1024;
const connectionsMax = 4_096;
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
/** Longer than what load balancers usually keep a connection for (60 s), so that they close it. */
const keepAliveTimeoutMs = 65_000;

/** An order has three levels and a few hundred values; the rest is room for fields that are not ours. */
const bounds: JsonBounds = {
  depthMax: 16,
  containersMax: 10_000,
  valuesMax: 50_000,
  namesMax: 1_000,
  numberLengthMax: 100,
  elementsMax: 50_000,
};

/** The order service over HTTP. Not listening yet. */
export async function buildShopServer(options: ShopServerOptions): Promise<ShopServer> {
  const { service, log, answerWithinMs } = options;
  const counts: ShopHttpCounts = { requests: 0, invalid: 0 };
  const app = Fastify({
    logger: false,
    bodyLimit: bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: answerWithinMs + requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply, 400, { error: "bad_request", message: error.message }),
  });
  app.server.maxConnections = connectionsMax;
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    const text = readText(body as Buffer);
    if (!text.ok) {
      done(Object.assign(new Error(`the body is ${text.found}`), { statusCode: 400 }));
      return;
    }
    const excess = jsonExcess(text.bytes, bounds);
    if (excess === undefined) void parseJson(request, text.bytes.toString("utf8"), done);
    else
      done(
        Object.assign(new Error(`the body ${describeExcess(excess, bounds)}`), { statusCode: 400 }),
      );
  });
  app.setErrorHandler(answerError((error) => log.bug(error)));
  app.setNotFoundHandler(answerNotFound);
  app.addHook("onResponse", (request, reply, done) => {
    counts.requests += 1;
    if (reply.statusCode >= 400 && reply.statusCode < 500) counts.invalid += 1;
    log.request?.({
      method: request.method,
      path: request.url.split("?", 1)[0] ?? "",
      status: reply.statusCode,
      elapsedMs: Math.round(reply.elapsedTime * 100) / 100,
    });
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
  await app.register(async (orders) => {
    orders.addHook("onRequest", (request, reply, done) => {
      const unread = unreadableBody(request.headers);
      if (unread !== undefined) {
        // RFC 7694: which codings a body may have.
        reply.header("accept-encoding", "identity");
        sendProblem(reply, 415, { error: "unsupported_media_type", message: unread });
      } else if (options.stopping()) {
        reply.header("connection", "close");
        const message = "the server is stopping; nothing of this request was done";
        sendProblem(reply, 503, { error: "stopping", message });
      } else {
        done();
      }
    });
    addOrderRoutes(orders, service);
  });
  await app.ready();
  return { app, counts };
}
