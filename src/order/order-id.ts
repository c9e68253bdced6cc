import { v5, v7 } from "uuid";

/** Namespace of ids derived from an Idempotency-Key. Never change it: it is part of the protocol. */
const idempotencyNamespace = "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273";

/** @returns a new time-ordered id (UUIDv7): fresh rows land at the end of the primary key's index. */
export function newOrderId(): string {
  return v7();
}

/**
 * The id of the order that a customer placed under an Idempotency-Key: the same on every instance
 * and after a restart, so a client knows it even when the answer never came.
 * JSON keeps the pair unambiguous: ("a", "b:c") and ("a:b", "c") are different orders.
 */
export function orderIdForKey(customerId: string, idempotencyKey: string): string {
  return v5(JSON.stringify([customerId, idempotencyKey]), idempotencyNamespace);
}

/** The key of element `index` of a batch sent under one Idempotency-Key. */
export function batchElementKey(idempotencyKey: string, index: number): string {
  return `${idempotencyKey}#${index}`;
}

const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Any version of UUID: other programs choose their own. */
export function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuidPattern.test(value);
}
