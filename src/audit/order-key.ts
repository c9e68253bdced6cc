const plain = /^[\x21\x23-\x7e]+$/;

/**
 * Any order id as one word of ASCII, in lower case: upper and lower case are one id, different ids are
 * different words. A quotation mark begins none that is written as it is.
 */
export function orderKey(orderId: string): string {
  const id = orderId.toLowerCase();
  return plain.test(id) ? id : `"${Buffer.from(id, "utf16le").toString("base64")}`;
}

/** Of a message that names no order: no order has this key, for base64 has no such sign. */
export function placeKey(partition: number, offset: number): string {
  return `"@${partition}/${offset}`;
}
