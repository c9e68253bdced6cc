export const problemWords = [
  "invalid_body",
  "invalid_json",
  "invalid_field",
  "invalid_idempotency_key",
  "order_too_large",
  "body_too_large",
  "unsupported_media_type",
  "not_found",
  "method_not_allowed",
  "bad_request",
  "internal_error",
  "queue_full",
  "not_connected",
  "stopping",
  "too_late",
  "kafka_refused",
  "too_busy",
] as const;

/** Why a request cannot be accepted: the body of every 4xx, 502 and 503 answer. */
export interface Problem {
  /** A stable word for programs. */
  readonly error: (typeof problemWords)[number];
  /** A sentence for a person. */
  readonly message: string;
  /** Path of the field, e.g. `items[2].price`. */
  readonly field?: string;
  /** Which element of a batch, from 0. */
  readonly index?: number;
}

export function fieldProblem(field: string, message: string): Problem {
  return { error: "invalid_field", message: `${field} ${message}`, field };
}
