import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { describeFound } from "../../order/describe-found.ts";
import { TooComplex } from "../body-bounds.ts";
import { problemOfSchemaError, type SchemaError } from "../order-schema.ts";
import type { Problem } from "../problem.ts";
import { sendProblem } from "./answers.ts";

/** Which methods each path takes, for 405. */
export const methodsOf: Readonly<Record<string, string>> = {
  "/order": "POST",
  "/orders/batch": "POST",
  "/health": "GET, HEAD",
  "/ready": "GET, HEAD",
};

/** Everything Fastify refuses, in the shape of our own refusals. */
export function handleError(logBug: (error: Error) => void) {
  return (error: FastifyError, request: FastifyRequest, reply: FastifyReply): void => {
    const [status, problem] = problemOf(error, request);
    if (status >= 500) logBug(error);
    sendProblem(reply, status, problem);
  };
}

function problemOf(error: FastifyError, request: FastifyRequest): [number, Problem] {
  const schemaError = error.validation?.[0];
  if (schemaError !== undefined) {
    const batch = request.routeOptions.url === "/orders/batch";
    return [400, problemOfSchemaError(schemaError as SchemaError, request.body, batch)];
  }
  if (error instanceof TooComplex) return [400, error.problem];
  const known = problemOfCode[error.code];
  if (known !== undefined) return known(request);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return [status, { error: "bad_request", message: error.message }];
  return [500, { error: "internal_error", message: "an error of ours; the log says more" }];
}

const problemOfCode: Readonly<Record<string, (request: FastifyRequest) => [number, Problem]>> = {
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

export function handleNotFound(request: FastifyRequest, reply: FastifyReply): void {
  const path = request.url.split("?", 1)[0] ?? "";
  const methods = Object.hasOwn(methodsOf, path) ? methodsOf[path] : undefined;
  if (methods === undefined) {
    const message = `there is nothing at ${describeFound(path)}; see POST /order, POST /orders/batch`;
    sendProblem(reply, 404, { error: "not_found", message });
    return;
  }
  reply.header("allow", methods);
  const message = `${path} takes ${methods}`;
  sendProblem(reply, 405, { error: "method_not_allowed", message });
}
