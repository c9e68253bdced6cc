import type { FastifyReply, FastifyRequest, RouteHandlerMethod } from "fastify";
import { traceparentOf } from "../../http/trace-context.ts";
import { answerHeaders, requestHeaders } from "../forwarded-headers.ts";
import type { Instance, Instances } from "../instances.ts";
import { upstreamProblem } from "../problem.ts";
import { isUnreached, mayBeDone, retryDelayMs } from "../retry-delay.ts";
import type { Route } from "../routes.ts";

export interface Forwarding {
  readonly instances: Instances;
  /** From sending to the first byte of the answer, and between two of its bytes. */
  readonly timeoutMs: number;
  readonly onRetry: () => void;
  readonly onFailure: (why: string) => void;
}

/** What API and shop answer where for certain nothing was done. */
const nothingDone = 503;

/**
 * Sends the request on, and the answer back as it comes. To the next instance at once where one
 * cannot be reached; when all have been tried, and where it harms nothing, once more a little later.
 */
export function forward(
  { upstream, honoursKey }: Route,
  { instances, timeoutMs, onRetry, onFailure }: Forwarding,
): RouteHandlerMethod {
  return (request, reply) => {
    const { method, headers } = request;
    const path = request.url.split("?", 1)[0];
    const body = Buffer.isBuffer(request.body) ? request.body : undefined;
    const keyed = honoursKey && headers["idempotency-key"] !== undefined;
    const hop = {
      addresses: addressesOf(request),
      traceparent: traceparentOf(headers.traceparent),
      bodyBytes: body?.length,
    };
    const untilMs = performance.now() + timeoutMs;
    const tried = new Set<Instance>();
    let retries = 0;
    /** Of an earlier try that may have been done: no later one can say of the request that nothing was. */
    let doubt: string | undefined;

    function send(instance: Instance): void {
      let code = "unknown";
      reply.from(`${instance.prefix}${path}`, {
        ...(body === undefined
          ? {}
          : { body, contentType: headers["content-type"] ?? "application/octet-stream" }),
        timeout: timeoutMs,
        getUpstream: () => instance.origin,
        rewriteRequestHeaders: (_request, { host }) => ({
          ...requestHeaders(headers, headers.host, hop),
          host,
        }),
        rewriteHeaders: answerHeaders,
        // Asked after every try; to send once more is decided below, where another may be chosen.
        retryDelay({ err }) {
          if (err) code = String((err as { code?: unknown }).code ?? "unknown");
          return null;
        },
        onError: (failed) => onError(failed as FastifyReply, instance, code),
        onResponse(_request, answered, { statusCode, stream }) {
          if (statusCode !== nothingDone || doubt === undefined) {
            answered.send(stream);
            return;
          }
          stream.resume();
          for (const name of Object.keys(answered.getHeaders())) answered.removeHeader(name);
          giveUp(answered as FastifyReply, doubt);
        },
      });
    }

    function onError(failed: FastifyReply, instance: Instance, code: string): void {
      const inTime = performance.now() < untilMs && !request.socket.destroyed;
      if (isUnreached(code)) {
        instance.notReadyBecause = code;
        tried.add(instance);
        const other = instances.next(tried);
        if (other !== undefined && inTime) {
          onRetry();
          send(other);
          return;
        }
      }
      if (mayBeDone({ method, code })) doubt = code;
      const delayMs = inTime ? retryDelayMs({ method, keyed, code, retries }) : undefined;
      if (delayMs !== undefined) {
        retries += 1;
        tried.clear();
        onRetry();
        setTimeout(() => send(instances.next(tried) ?? instance), delayMs);
        return;
      }
      giveUp(failed, doubt ?? code);
    }

    function giveUp(failed: FastifyReply, code: string): void {
      const { status, problem } = upstreamProblem(upstream, code, timeoutMs);
      onFailure(`the ${upstream} gave no answer: ${code}`);
      failed.code(status).send(problem);
    }

    send(instances.next(tried) as Instance);
    return reply;
  };
}

/** The client's first; with a proxy that is trusted, as far as the chain of those goes. */
function addressesOf({ ips, ip }: FastifyRequest): readonly string[] {
  return ips === undefined ? [ip] : ips.toReversed();
}
