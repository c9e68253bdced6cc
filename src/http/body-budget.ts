import type { FastifyReply, FastifyRequest } from "fastify";

/** Bodies up to this size are bounded by the number of connections. */
const smallBodyBytes = 16 * 1024;
const budgetBytes = 128 * 1024 * 1024;

/**
 * Bounds the bytes of all request bodies that are being received or waited for, so that many large
 * batches at once are refused instead of filling the memory.
 */
export class BodyBudget {
  #reservedBytes = 0;

  /** @returns false when there is no room. The room is given back when the answer has been sent. */
  admit(request: FastifyRequest, reply: FastifyReply): boolean {
    const limit = request.routeOptions.bodyLimit ?? 0;
    const length = request.headers["content-length"];
    // Sent in chunks, a body may be anything up to the limit. Over the limit it is never read.
    const bytes = length === undefined ? limit : Number(length);
    if (bytes <= smallBodyBytes || bytes > limit) return true;
    if (this.#reservedBytes + bytes > budgetBytes) return false;
    this.#reservedBytes += bytes;
    reply.raw.once("close", () => {
      this.#reservedBytes -= bytes;
    });
    return true;
  }
}

export const tooBusy = {
  error: "too_busy",
  message: "too many large requests at once; nothing of this request was placed",
} as const;
