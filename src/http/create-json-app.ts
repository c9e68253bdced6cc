import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { type JsonBounds, type JsonExcess, jsonExcess } from "../order/json-bounds.ts";
import { readText } from "../order/read-text.ts";
import { answerClientError } from "./answer-client-error.ts";

export interface JsonAppOptions {
  readonly bodyBytesMax: number;
  /** How long an answer may take by design; silence beyond it ends a connection. */
  readonly answerWithinMs: number;
  readonly boundsOf: (request: FastifyRequest) => JsonBounds;
  /** What to say of a body that would take too long to read, found before it is. */
  readonly tooComplex: (excess: JsonExcess, bounds: JsonBounds) => Error;
  readonly onRequestDone: ((line: RequestLine) => void) | undefined;
}

/** Never headers or bodies. */
export interface RequestLine {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly elapsedMs: number;
}

export interface HttpCounts {
  requests: number;
  /** Answered 4xx: the client's to mend. */
  invalid: number;
}

export interface JsonApp {
  readonly app: FastifyInstance;
  readonly counts: HttpCounts;
}

const connectionsMax = 4_096;
/** A whole request, headers and body, must have arrived within this. */
const requestTimeoutMs = 30_000;
const headersTimeoutMs = 10_000;
/** Longer than what load balancers usually keep a connection for (60 s), so that they close it. */
const keepAliveTimeoutMs = 65_000;

/** A server that takes JSON and nothing else, within limits of time, size and number. */
export function createJsonApp(options: JsonAppOptions): JsonApp {
  const counts: HttpCounts = { requests: 0, invalid: 0 };
  const app = Fastify({
    logger: false,
    bodyLimit: options.bodyBytesMax,
    requestTimeout: requestTimeoutMs,
    connectionTimeout: options.answerWithinMs + requestTimeoutMs,
    keepAliveTimeout: keepAliveTimeoutMs,
    http: { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 5_000 },
    forceCloseConnections: "idle",
    return503OnClosing: false,
    clientErrorHandler: answerClientError,
    frameworkErrors: (error, _request, reply) => refuse(reply, error.message),
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
    const bounds = options.boundsOf(request);
    const excess = jsonExcess(text.bytes, bounds);
    if (excess === undefined) void parseJson(request, text.bytes.toString("utf8"), done);
    else done(options.tooComplex(excess, bounds));
  });
  app.addHook("onResponse", (request, reply, done) => {
    counts.requests += 1;
    if (reply.statusCode >= 400 && reply.statusCode < 500) counts.invalid += 1;
    options.onRequestDone?.({
      method: request.method,
      path: request.url.split("?", 1)[0] ?? "",
      status: reply.statusCode,
      elapsedMs: Math.round(reply.elapsedTime * 100) / 100,
    });
    done();
  });
  return { app, counts };
}

function refuse(reply: FastifyReply, message: string): void {
  reply.code(400).send({ error: "bad_request", message });
}
