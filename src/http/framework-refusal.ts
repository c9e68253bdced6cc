import type { FastifyError, FastifyRequest } from "fastify";
import { describeFound } from "../order/describe-found.ts";

export interface FrameworkProblem {
  readonly error:
    | "bad_request"
    | "body_too_large"
    | "internal_error"
    | "invalid_json"
    | "unsupported_media_type";
  readonly message: string;
}

/** What Fastify refuses, or fails at, in the words of our own refusals. @returns status and body. */
export function frameworkRefusal(
  error: FastifyError,
  request: FastifyRequest,
): [number, FrameworkProblem] {
  const known = problemOfCode[error.code];
  if (known !== undefined) return known(request);
  const status = error.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return [status, { error: "bad_request", message: error.message }];
  return [500, { error: "internal_error", message: "an error of ours; the log says more" }];
}

const problemOfCode: Readonly<
  Record<string, (request: FastifyRequest) => [number, FrameworkProblem]>
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
