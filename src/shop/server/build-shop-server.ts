import type { FastifyInstance } from "fastify";
import { createJsonApp, type HttpCounts, type RequestLine } from "../../http/create-json-app.ts";
import { unreadableBody } from "../../http/unreadable-body.ts";
import { eventSchemas } from "../../order/event-schemas.ts";
import { describeExcess, type JsonBounds } from "../../order/json-bounds.ts";
import type { OrderService } from "../order-service.ts";
import { answerError, answerNotFound, sendProblem } from "./answers.ts";
import { shopOpenApi } from "./openapi.ts";
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
  readonly request?: (line: RequestLine) => void;
}

export interface ShopServer {
  readonly app: FastifyInstance;
  readonly counts: HttpCounts;
}

/** A hundred items of the longest text, each character escaped as \uXXXX, fit in. */
const bodyBytesMax = 1024 * 1024;

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
  const { app, counts } = createJsonApp({
    bodyBytesMax,
    answerWithinMs,
    boundsOf: () => bounds,
    tooComplex: (excess) =>
      Object.assign(new Error(`the body ${describeExcess(excess, bounds)}`), { statusCode: 400 }),
    onRequestDone: log.request,
  });
  app.setErrorHandler(answerError((error) => log.bug(error)));
  app.setNotFoundHandler(answerNotFound);
  app.get("/health", (_request, reply) => {
    reply.send({ status: "alive" });
  });
  app.get("/openapi.json", (_request, reply) => {
    reply.send(shopOpenApi);
  });
  app.get("/event-schemas.json", (_request, reply) => {
    reply.send(eventSchemas);
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
