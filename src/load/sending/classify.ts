import { type AnswerReading, answerOf, apiAnswers } from "../../order/order-answer.ts";
import type { Answer } from "../target.ts";
import { HttpFailure } from "./http/exchange.ts";

/** What is kept of an answer that did not acknowledge its order, for people. */
const excerptCharactersMax = 200;

/** What the table of src/order/order-answer.ts says, with a word for counting. */
export function classifyResponse(
  status: number,
  body: string,
  expectedOrderId: string,
  reading: AnswerReading = apiAnswers,
): Answer {
  const { state, said, otherId } = answerOf(status, body, expectedOrderId, reading);
  if (state !== "acked")
    return { state, kind: said, ...(body !== "" && { excerpt: excerptOf(body) }) };
  if (otherId === undefined) return { state, kind: said };
  if (reading.ownIds === true) return { state, kind: said, orderId: otherId };
  return {
    state,
    kind: `${said} with another ${reading.idPath?.join(".")}`,
    problem: "other_id",
    orderId: otherId,
  };
}

/** Never half a character at its end. */
export function excerptOf(body: string): string {
  if (body.length <= excerptCharactersMax) return body;
  return `${body
    .slice(0, excerptCharactersMax)
    .toWellFormed()
    .replace(/\uFFFD$/, "")}…`;
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
  UND_ERR_RES_EXCEEDED_MAX_SIZE: "answer too large",
};

function errorKind(error: Error): string {
  if (error instanceof HttpFailure) return error.trouble;
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
