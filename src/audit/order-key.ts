import { isUuid } from "../order/order-id.ts";

const plain = /^[\x21\x23-\x7e]+$/;

/**
 * Any order id as one word of ASCII, different ids as different words. A UUID is one in upper and lower
 * case; any other id is what it is. A quotation mark begins none that is written as it is.
 */
export function orderKey(orderId: string): string {
  const lower = orderId.toLowerCase();
  // Compared first, for nearly every id is in lower case.
  const id = lower !== orderId && isUuid(orderId) ? lower : orderId;
  return plain.test(id) ? id : `"${Buffer.from(id, "utf16le").toString("base64")}`;
}

/** Of a message that names no order: no order has this key, for base64 has no such sign. */
export function placeKey(partition: number, offset: number): string {
  return `"@${partition}/${offset}`;
}
