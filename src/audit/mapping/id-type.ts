import { isUuid } from "../../order/order-id.ts";

/** PostgreSQL types in which order ids are compared by their index. */
export type OrderIdType = "uuid" | "text" | "smallint" | "integer" | "bigint" | "numeric";

const largest = {
  smallint: 32_767n,
  integer: 2_147_483_647n,
  bigint: 9_223_372_036_854_775_807n,
  numeric: undefined,
} as const;

/**
 * @param type as PostgreSQL names it, without its length.
 * @returns undefined for a type that is none of an id: such a column is compared as text.
 */
export function orderIdTypeOf(type: string): OrderIdType | undefined {
  if (type === "uuid" || Object.hasOwn(largest, type)) return type as OrderIdType;
  return /^(text|character varying|character|name|citext)$/.test(type) ? "text" : undefined;
}

/**
 * @returns the id as the database writes it in text, or undefined for one that no row can have: a
 *   comparison with it would fail.
 */
export function idAsStored(id: string, type: OrderIdType): string | undefined {
  if (type === "text") return id.includes("\u0000") ? undefined : id;
  if (type === "uuid") return isUuid(id) ? id.toLowerCase() : undefined;
  if (!/^-?\d{1,100}$/.test(id)) return undefined;
  const number = BigInt(id);
  const most = largest[type];
  if (most !== undefined && (number > most || number < -most - 1n)) return undefined;
  return String(number);
}
