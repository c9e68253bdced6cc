/** The connection was not made: the upstream has seen nothing of the request. */
const neverConnected: ReadonlySet<string> = new Set([
  ...["ECONNREFUSED", "EHOSTUNREACH", "ENETUNREACH", "ENOTFOUND", "EAI_AGAIN"],
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** It broke, with the request on its way: nobody knows whether it was done. */
const broken: ReadonlySet<string> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

const safeMethods: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

export const retriesMax = 2;
const firstDelayMs = 50;

export interface Failed {
  readonly method: string;
  /** It has an Idempotency-Key, and the upstream heeds it there. */
  readonly keyed: boolean;
  /** Of the error. An answer, whatever it says, is no failure. */
  readonly code: string;
  /** From 0. */
  readonly retries: number;
}

/** Pure: whether another instance may be asked in its place, for this one cannot be reached. */
export function isUnreached(code: string): boolean {
  return neverConnected.has(code);
}

/** Pure: whether the upstream may have done what was asked. */
export function mayBeDone({ method, code }: Pick<Failed, "method" | "code">): boolean {
  return !isUnreached(code) && !safeMethods.has(method);
}

/**
 * Pure: after how long a request may be sent once more; undefined: never. Only where that does
 * nothing twice. A timeout is not repeated: the time for the answer is used up.
 */
export function retryDelayMs({ method, keyed, code, retries }: Failed): number | undefined {
  if (retries >= retriesMax) return undefined;
  const harmless = broken.has(code) && (keyed || safeMethods.has(method));
  return isUnreached(code) || harmless ? firstDelayMs * 4 ** retries : undefined;
}
