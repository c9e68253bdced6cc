import rateLimit, { type FastifyRateLimitStore } from "@fastify/rate-limit";
import type { FastifyInstance } from "fastify";
import { ClientBuckets } from "../client-buckets.ts";

/** As many clients are told apart; beyond it the most silent is forgotten. */
const clientsMax = 20_000;

export class RateLimited extends Error {
  readonly statusCode = 429;
}

/**
 * 429 with Retry-After for a client that asks more often; a client is an address, for IPv6 a /64.
 * Each process counts for itself.
 */
export async function limitRate(
  app: FastifyInstance,
  perSecond: number,
  onLimited: () => void,
): Promise<void> {
  const buckets = new ClientBuckets(perSecond, clientsMax);
  await app.register(rateLimit, {
    ...{ global: true, max: perSecond, timeWindow: 1_000 },
    store: bucketStore(buckets, perSecond),
    onExceeded: onLimited,
    errorResponseBuilder: (_request, { max }) =>
      new RateLimited(`more than ${max} requests a second; Retry-After says when to go on`),
  });
}

/** As the plugin asks: how many of `max` are taken, and how long until the next. */
function bucketStore(buckets: ClientBuckets, max: number) {
  return class BucketStore implements FastifyRateLimitStore {
    incr(
      client: string,
      callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
    ): void {
      const { allowed, left, waitMs } = buckets.take(client);
      callback(null, { current: allowed ? max - left : max + 1, ttl: waitMs });
    }

    child(): BucketStore {
      return this;
    }
  };
}
