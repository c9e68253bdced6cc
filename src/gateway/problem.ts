/** Why the gateway answers by itself, in the shape in which the API and the shop refuse. */
export interface Problem {
  readonly error:
    | "bad_request"
    | "body_too_large"
    | "internal_error"
    | "not_found"
    | "not_known"
    | "rate_limited"
    | "stopping"
    | "too_busy"
    | "upstream_failed"
    | "upstream_timeout"
    | "upstream_unavailable";
  readonly message: string;
}

/** Pure: what to answer when an upstream gave no answer. @param code of the error. */
export function upstreamProblem(
  upstream: string,
  code: string | undefined,
  timeoutMs: number,
): { readonly status: number; readonly problem: Problem } {
  switch (code ?? "") {
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "ENOTFOUND":
    case "EAI_AGAIN":
    case "UND_ERR_CONNECT_TIMEOUT":
      return {
        status: 503,
        problem: {
          error: "upstream_unavailable",
          message: `the ${upstream} cannot be reached; nothing was done, try again`,
        },
      };
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
      return {
        status: 504,
        problem: {
          error: "upstream_timeout",
          message: `the ${upstream} did not answer within ${timeoutMs} ms; whether it was done is not known: repeat it with the same Idempotency-Key`,
        },
      };
    default:
      return {
        status: 502,
        problem: {
          error: "upstream_failed",
          message: `the ${upstream} gave no whole answer; whether it was done is not known: repeat it with the same Idempotency-Key`,
        },
      };
  }
}
