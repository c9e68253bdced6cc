import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { describeFound } from "../../order/describe-found.ts";
import { type NotDone, Unavailable } from "../order-service.ts";
import type { ShopProblem } from "../problem.ts";

const retryAfterSeconds = "1";

export function sendProblem(reply: FastifyReply, status: number, problem: ShopProblem): void {
  if (status === 503) reply.header("retry-after", retryAfterSeconds);
  reply.code(status).send(problem);
}

/** 503: for certain nothing was done, so repeating it is safe. 504: nobody knows. */
export function sendNotDone(reply: FastifyReply, { kind, orderId }: NotDone): void {
  const of = orderId === undefined ? {} : { orderId };
  if (kind === "unknown") {
    const message =
      "the database did not answer in time: it may have been done or not; ask for the order, or repeat with the same Idempotency-Key";
    sendProblem(reply, 504, { error: "unknown", message, ...of });
    return;
  }
  const why =
    kind === "busy"
      ? "too many requests are waiting for the database"
      : "the database is not there";
  const message = `${why}; nothing of this request was done`;
  sendProblem(reply, 503, { error: kind === "busy" ? "too_busy" : "unavailable", message, ...of });
}

/** Everything Fastify refuses, in the shape of our own refusals. */
export function answerError(logBug: (error: Error) => void) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const known = refusals[error.code];
    if (known !== undefined) {
      sendProblem(reply, ...known(request));
      return;
    }
    const status = error.statusCode ?? 500;
    if (error instanceof Unavailable) {
      sendProblem(reply, status, { error: "unavailable", message: error.message });
      return;
    }
    if (status >= 400 && status < 500) {
      sendProblem(reply, status, { error: "bad_request", message: error.message });
      return;
    }
    logBug(error);
    sendProblem(reply, 500, {
      error: "internal_error",
      message: "an error of ours; the log says more",
    });
  };
}

const refusals: Readonly<
  Record<string, (request: FastifyRequest) => readonly [number, ShopProblem]>
> = {
  FST_ERR_CTP_BODY_TOO_LARGE: (request) => [
    413,
    {
      error: "body_too_large",
      message: `the body must not be larger than ${request.routeOptions.bodyLimit} bytes`,
    },
  ],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (request) => [
    415,
    {
      error: "unsupported_media_type",
      message: `the content type must be application/json; found ${describeFound(request.headers["content-type"])}`,
    },
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: () => [400, { error: "invalid_json", message: "the body is empty" }],
  FST_ERR_CTP_INVALID_JSON_BODY: () => [
    400,
    {
      error: "invalid_json",
      message: "the body is not JSON, or has a key that nobody may use (__proto__, constructor)",
    },
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => [
    400,
    { error: "bad_request", message: "the body is not as long as Content-Length says" },
  ],
};

/** Which methods each path takes, for 405. */
const methods: readonly (readonly [RegExp, string])[] = [
  [/^\/orders$/, "GET, HEAD, POST"],
  [/^\/orders\/[^/]+$/, "GET, HEAD"],
  [/^\/orders\/[^/]+\/(pay|ship|cancel)$/, "POST"],
  [/^\/(health|ready)$/, "GET, HEAD"],
];

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split("?", 1)[0] ?? "";
  const taken = methods.find(([pattern]) => pattern.test(path))?.[1];
  if (taken === undefined) {
    const message = `there is nothing at ${describeFound(path)}; see POST /orders, GET /orders`;
    sendProblem(reply, 404, { error: "not_found", message });
    return;
  }
  reply.header("allow", taken);
  sendProblem(reply, 405, { error: "method_not_allowed", message: `${path} takes ${taken}` });
}
