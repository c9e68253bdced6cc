/** What a client may still do. */
export interface Taken {
  readonly allowed: boolean;
  /** Whole requests that it may send at once from now on. */
  readonly left: number;
  /** Until the next one may come; 0 while some are left. */
  readonly waitMs: number;
}

interface Bucket {
  tokens: number;
  atMs: number;
}

/**
 * A bucket of tokens for each client: one for each request, filled at a steady rate, full at the
 * rate of one second. Of more clients than it may remember it forgets who has been silent longest: a
 * full bucket, where they were not busy just now.
 */
export class ClientBuckets {
  readonly #perSecond: number;
  readonly #clientsMax: number;
  readonly #nowMs: () => number;
  /** The one heard last at the end. */
  readonly #buckets = new Map<string, Bucket>();

  constructor(
    perSecond: number,
    clientsMax: number,
    nowMs: () => number = () => performance.now(),
  ) {
    this.#perSecond = perSecond;
    this.#clientsMax = clientsMax;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#buckets.size;
  }

  take(client: string): Taken {
    const nowMs = this.#nowMs();
    const bucket = this.#buckets.get(client) ?? { tokens: this.#perSecond, atMs: nowMs };
    const filled = bucket.tokens + ((nowMs - bucket.atMs) / 1_000) * this.#perSecond;
    const tokens = Math.min(this.#perSecond, filled);
    const allowed = tokens >= 1;
    bucket.tokens = allowed ? tokens - 1 : tokens;
    bucket.atMs = nowMs;
    this.#buckets.delete(client);
    this.#buckets.set(client, bucket);
    if (this.#buckets.size > this.#clientsMax) {
      const [silent = client] = this.#buckets.keys();
      this.#buckets.delete(silent);
    }
    const missing = Math.max(0, 1 - bucket.tokens);
    return {
      allowed,
      left: Math.floor(bucket.tokens),
      waitMs: Math.ceil((missing / this.#perSecond) * 1_000),
    };
  }
}
