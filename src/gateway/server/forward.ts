import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import { traceparentOf } from "../../http/trace-context.ts";
import { answerHeaders, requestHeaders } from "../forwarded-headers.ts";
import { upstreamProblem } from "../problem.ts";
import { retryDelayMs } from "../retry-delay.ts";
import type { Route } from "../routes.ts";

export interface Forwarding {
  /** Where the upstream is: an URL, with or without a path before its own. */
  readonly base: string;
  /** From sending to the first byte of the answer, and between two of its bytes. */
  readonly timeoutMs: number;
  readonly onRetry: () => void;
  readonly onFailure: (why: string) => void;
}

/** Sends the request on, and the answer back as it comes. */
export function forward(
  { upstream, honoursKey }: Route,
  { base, timeoutMs, onRetry, onFailure }: Forwarding,
): RouteHandlerMethod {
  const { origin, pathname } = new URL(base);
  const prefix = pathname.replace(/\/$/, "");
  return (request, reply) => {
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    const keyed = honoursKey && request.headers["idempotency-key"] !== undefined;
    const hop = {
      addresses: addressesOf(request),
      traceparent: traceparentOf(request.headers.traceparent),
      bodyBytes: body?.length,
    };
    let code: string | undefined;
    reply.from(`${prefix}${request.url.split("?", 1)[0]}`, {
      ...(body === undefined
        ? {}
        : { body, contentType: request.headers["content-type"] ?? "application/octet-stream" }),
      timeout: timeoutMs,
      getUpstream: () => origin,
      rewriteRequestHeaders: (_request, headers) => ({
        ...requestHeaders(request.headers, request.headers.host, hop),
        host: headers.host,
      }),
      rewriteHeaders: answerHeaders,
      retryDelay({ err, attempt }) {
        code = codeOf(err);
        const { method } = request;
        const delayMs = retryDelayMs({ method, keyed, code, retries: attempt });
        if (delayMs !== undefined) onRetry();
        return delayMs ?? null;
      },
      onError(failed) {
        const { status, problem } = upstreamProblem(upstream, code, timeoutMs);
        onFailure(`the ${upstream} gave no answer: ${code ?? "unknown"}`);
        (failed as FastifyReply).code(status).send(problem);
      },
    });
    return reply;
  };
}

/** The client's first; with a proxy that is trusted, as far as the chain of those goes. */
function addressesOf({ ips, ip }: FastifyRequest): readonly string[] {
  return ips === undefined ? [ip] : ips.toReversed();
}

function codeOf(error: unknown): string | undefined {
  if (error === null || error === undefined) return undefined;
  return String((error as { code?: unknown }).code ?? "unknown");
}
