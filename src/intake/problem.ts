/** Why a request cannot be accepted: the body of every 4xx and 503 answer. */
export interface Problem {
  /** A stable word for programs. */
  readonly error:
    | "invalid_body"
    | "invalid_json"
    | "invalid_field"
    | "invalid_idempotency_key"
    | "order_too_large"
    | "body_too_large"
    | "unsupported_media_type"
    | "not_found"
    | "method_not_allowed"
    | "bad_request"
    | "internal_error"
    | "queue_full"
    | "not_connected"
    | "stopping"
    | "too_late"
    | "too_busy";
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

/** Short enough to send back, whatever was found. */
export function describeFound(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === "object") return "an object";
  if (typeof value !== "string") return String(value);
  const shown = JSON.stringify(value.slice(0, 40));
  return value.length > 40 ? `${shown}… (${value.length} characters)` : shown;
}
