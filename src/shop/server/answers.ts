import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { frameworkRefusal } from "../../http/framework-refusal.ts";
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
    if (error instanceof Unavailable) {
      sendProblem(reply, 503, { error: "unavailable", message: error.message });
      return;
    }
    const [status, problem] = frameworkRefusal(error, request);
    if (status >= 500) logBug(error);
    sendProblem(reply, status, problem);
  };
}

/** Which methods each path takes, for 405. */
const methods: readonly (readonly [RegExp, string])[] = [
  [/^\/orders$/, "GET, HEAD, POST"],
  [/^\/orders\/[^/]+$/, "GET, HEAD"],
  [/^\/orders\/[^/]+\/(pay|ship|cancel)$/, "POST"],
  [/^\/(health|ready|openapi\.json|event-schemas\.json)$/, "GET, HEAD"],
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
