export const problemWords = [
  "invalid_body",
  "invalid_json",
  "invalid_field",
  "invalid_query",
  "invalid_idempotency_key",
  "idempotency_key_reused",
  "conflict",
  "body_too_large",
  "unsupported_media_type",
  "not_found",
  "method_not_allowed",
  "bad_request",
  "too_busy",
  "stopping",
  "unavailable",
  "unknown",
  "internal_error",
] as const;

/** Why a request was not done: the body of every 4xx and 5xx answer. */
export interface ShopProblem {
  /** A stable word for programs. */
  readonly error: (typeof problemWords)[number];
  /** A sentence for a person. */
  readonly message: string;
  /** Path of the field, e.g. `items[2].price`. */
  readonly field?: string;
  /** Where it is known: of the order that the request was about. */
  readonly orderId?: string;
}

export function fieldProblem(field: string, message: string): ShopProblem {
  return { error: "invalid_field", message: `${field} ${message}`, field };
}
