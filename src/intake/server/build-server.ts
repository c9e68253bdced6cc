import type { FastifyInstance } from "fastify";
import { BodyBudget, tooBusy } from "../../http/body-budget.ts";
import { createJsonApp, type HttpCounts, type RequestLine } from "../../http/create-json-app.ts";
import { unreadableBody } from "../../http/unreadable-body.ts";
import { orderLimits } from "../../order/order.ts";
import { batchBounds, orderBounds, TooComplex } from "../body-bounds.ts";
import { batchSchema, orderSchema } from "../order-schema.ts";
import type { Publisher } from "../publisher.ts";
import { batchAnswers, orderAnswers, refusalProblem, sendProblem } from "./answers.ts";
import { handleError, handleNotFound } from "./error-handlers.ts";
import { apiOpenApi } from "./openapi.ts";
import { placeBatch } from "./place-batch.ts";
import { placeOrder } from "./place-order.ts";
import { placePlainOrders } from "./place-plain-order.ts";

export interface IntakeLog {
  /** Off by default at this rate; never called with headers or bodies. */
  readonly request?: (line: RequestLine) => void;
  /** An error that no client caused. */
  bug(error: Error): void;
}

export interface IntakeServer {
  readonly app: FastifyInstance;
  readonly counts: HttpCounts;
}

/** A hundred lines of the longest text, each character escaped as \uXXXX, fit in. */
const orderBytesMax = 1024 * 1024;

/**
 * The producer API. Not listening yet; `publisher` is started and closed by the caller.
 * @param publishTimeoutMs how long an answer may take by design; silence beyond it ends a connection.
 */
export async function buildServer(
  publisher: Publisher,
  publishTimeoutMs: number,
  log: IntakeLog,
): Promise<IntakeServer> {
  const { app, counts } = createJsonApp({
    bodyBytesMax: orderBytesMax,
    answerWithinMs: publishTimeoutMs,
    boundsOf: ({ routeOptions }) =>
      routeOptions.url === "/orders/batch" ? batchBounds : orderBounds,
    tooComplex: (excess, bounds) => new TooComplex(excess, bounds),
    onRequestDone: log.request,
  });
  app.setErrorHandler(handleError((error) => log.bug(error)));
  app.setNotFoundHandler(handleNotFound);

  app.get("/health", (_request, reply) => {
    reply.send({ status: "alive" });
  });
  app.get("/openapi.json", (_request, reply) => {
    reply.send(apiOpenApi);
  });
  app.get("/ready", (_request, reply) => {
    const readiness = publisher.readiness();
    if (readiness.ready) reply.send({ status: "ready" });
    else reply.code(503).send({ status: "not_ready", reason: readiness.reason });
  });

  const budget = new BodyBudget();
  await app.register(async (orders) => {
    orders.addHook("onRequest", (request, reply, done) => {
      const unread = unreadableBody(request.headers);
      if (unread !== undefined) {
        // RFC 7694: which codings a body may have.
        reply.header("accept-encoding", "identity");
        sendProblem(reply, 415, { error: "unsupported_media_type", message: unread });
      } else if (publisher.stopping) {
        reply.header("connection", "close");
        sendProblem(reply, 503, refusalProblem("stopping"));
      } else if (!budget.admit(request, reply)) {
        sendProblem(reply, 503, tooBusy);
      } else {
        done();
      }
    });
    orders.post(
      "/order",
      { schema: { body: orderSchema, response: orderAnswers } },
      placeOrder(publisher),
    );
    orders.post(
      "/orders/batch",
      {
        schema: { body: batchSchema, response: batchAnswers },
        bodyLimit: orderLimits.batchBytesMax,
      },
      placeBatch(publisher),
    );
  });
  await app.ready();
  // A log of requests is written by the framework.
  if (log.request === undefined) placePlainOrders(app.server, publisher, counts);
  return { app, counts };
}
