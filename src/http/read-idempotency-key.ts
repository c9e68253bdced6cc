import { orderLimits } from "../order/order.ts";

export type KeyReading =
  | { readonly ok: true; readonly key: string | undefined }
  | { readonly ok: false; readonly problem: KeyProblem };

export interface KeyProblem {
  readonly error: "invalid_idempotency_key";
  readonly message: string;
}

/** Visible ASCII: what every client, proxy and log carries unchanged. */
const visible = /^[\x21-\x7e]+$/;

const none: KeyReading = { ok: true, key: undefined };

/**
 * @param header the Idempotency-Key header as Node gives it: repeated ones arrive joined by ", ",
 *   and the space in that makes them invalid, which is meant: two keys would be two orders.
 */
export function readIdempotencyKey(header: string | string[] | undefined): KeyReading {
  if (header === undefined) return none;
  const { idempotencyKeyLengthMax: max } = orderLimits;
  if (typeof header === "string" && header.length <= max && visible.test(header)) {
    return { ok: true, key: header };
  }
  const message = `Idempotency-Key must be given once, as 1 to ${max} visible ASCII characters without spaces`;
  return { ok: false, problem: { error: "invalid_idempotency_key", message } };
}
