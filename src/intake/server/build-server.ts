import Fastify, { type FastifyInstance } from "fastify";
import { answerClientError } from "../../http/answer-client-error.ts";
import { BodyBudget, tooBusy } from "../../http/body-budget.ts";
import { unreadableBody } from "../../http/unreadable-body.ts";
import { jsonExcess } from "../../order/json-bounds.ts";
import { orderLimits } from "../../order/order.ts";
import { readText } from "../../order/read-text.ts";
import { batchBounds, orderBounds, TooComplex } from "../body-bounds.ts";
import { batchSchema, orderSchema } from "../order-schema.ts";
import type { Publisher } from "../publisher.ts";
import { batchAnswers, orderAnswers, refusalProblem, sendProblem } from "./answers.ts";
import { handleError, handleNotFound } from "./error-handlers.ts";
import { placeBatch } from "./place-batch.ts";
import { placeOrder } from "./place-order.ts";

export interface IntakeLog {
  /** Off by default at this rate; never called with headers or bodies. */
  readonly request?: (line: {
    method: string;
    path: string;
    status: number;
    elapsedMs: number;
  }) => void;
  /** An error that no client caused. */
  bug(error: Error): void;
}

export interface HttpCounts {
  requests: number;
  /** Answered 4xx: the client's to mend. */
  invalid: number;
}

export interface IntakeServer {
  readonly app: FastifyInstance;
  readonly counts: HttpCounts;
}

/** A hundred lines of the longest text, each character escaped as \uXXXX, fit in. */
const orderBytesMax = 1024 * 1024;
const connectionsMax = 4_096;
/** A whole request, headers and body, must have arrived within this. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
/** Longer than what load balancers usually keep a connection for (60 s), so that they close it. */
const keepAliveTimeoutMs = 65_000;

/**
 * The producer API. Not listening yet; `publisher` is started and closed by the caller.
 * @param publishTimeoutMs how long an answer may take by design; silence beyond it ends a connection.
 */
export async function buildServer(
  publisher: Publisher,
  publishTimeoutMs: number,
  log: IntakeLog,
): Promise<IntakeServer> {
  const counts: HttpCounts = { requests: 0, invalid: 0 };
  const app = Fastify({
    logger: false,
    bodyLimit: orderBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: publishTimeoutMs + requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) =>
      sendProblem(reply, 400, { error: "bad_request", message: error.message }),
    // What a client sent is judged as it was sent: "5" is no number, and nothing is filled in.
    ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
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
    // What is sent in seconds must not take seconds to read, in which nobody else is answered.
    const bounds = request.routeOptions.url === "/orders/batch" ? batchBounds : orderBounds;
    const excess = jsonExcess(text.bytes, bounds);
    if (excess === undefined) void parseJson(request, text.bytes.toString("utf8"), done);
    else done(new TooComplex(excess, bounds));
  });
  app.setErrorHandler(handleError((error) => log.bug(error)));
  app.setNotFoundHandler(handleNotFound);
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
  return { app, counts };
}
