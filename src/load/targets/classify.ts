import type { Answer } from "../target.ts";

/**
 * What an HTTP answer says about the order:
 *
 * | answer | state | why |
 * | --- | --- | --- |
 * | 202 with the expected order_id | acked | |
 * | 202 with another or no order_id | failed (other_id) | accepted, but not as this order: it cannot be followed |
 * | other 2xx, 1xx, 3xx | unknown | something was done, and not what the protocol says |
 * | 4xx | failed | refused before anything was handed over |
 * | 503 | failed | by protocol: nothing of the order was handed to Kafka |
 * | 504 | unknown | handed over, not acknowledged in time |
 * | other 5xx | unknown | it broke somewhere between reading and acknowledging |
 */
export function classifyResponse(status: number, body: string, expectedOrderId: string): Answer {
  if (status === 202) {
    return orderIdIn(body) === expectedOrderId
      ? { state: "acked", kind: "202" }
      : { state: "failed", kind: "202 with another order_id", problem: "other_id" };
  }
  const refused = (status >= 400 && status <= 499) || status === 503;
  return { state: refused ? "failed" : "unknown", kind: String(status) };
}

/**
 * What an error of the connection says. Before the request's first byte left, nothing can have been
 * accepted; afterwards anything can.
 */
export function classifyError(error: Error, wasSent: boolean): Answer {
  const kind = errorKind(error);
  return wasSent ? { state: "unknown", kind } : { state: "failed", kind, problem: "unreachable" };
}

/** Codes of undici in words; other codes (ECONNREFUSED …) are known to every operator as they are. */
const undiciErrors: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: "connection cut",
  ECONNRESET: "connection cut",
  EPIPE: "connection cut",
  UND_ERR_CONNECT_TIMEOUT: "connect timeout",
  UND_ERR_HEADERS_TIMEOUT: "timeout",
  UND_ERR_BODY_TIMEOUT: "timeout",
};

function errorKind(error: Error): string {
  const code =
    codeOf(error) ?? (error instanceof AggregateError ? codeOf(error.errors[0]) : undefined);
  if (code === undefined) return error.name;
  if (code.startsWith("HPE_")) return "not HTTP";
  return undiciErrors[code] ?? code;
}

function codeOf(error: unknown): string | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === "string" ? code : undefined;
}

function orderIdIn(body: string): string | undefined {
  try {
    const id = (JSON.parse(body) as { order_id?: unknown } | null)?.order_id;
    return typeof id === "string" ? id.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}
