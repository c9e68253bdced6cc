import { hash } from "node:crypto";
import type { Order } from "../../order/order.ts";

/**
 * Which order lines there are, as a count and a sum of hashes: equal sums of two sets mean equal
 * sets (but for one chance in 2^60), in whatever order they were added, and without holding them.
 */
export interface Contents {
  readonly orders: number;
  readonly lines: number;
  readonly checksum: bigint;
}

export const noContents: Contents = { orders: 0, lines: 0, checksum: 0n };

export function addContents(a: Contents, b: Contents): Contents {
  return {
    orders: a.orders + b.orders,
    lines: a.lines + b.lines,
    checksum: a.checksum + b.checksum,
  };
}

/** The same hash as in select-contents.ts: 60 bits of MD5 of the line's fields. */
export function contentsOf({ orderId, customerId, lines }: Order): Contents {
  let checksum = 0n;
  for (const [index, { productId, quantity }] of lines.entries()) {
    const text = `${orderId} ${index + 1} ${customerId} ${productId} ${quantity}`;
    checksum += BigInt(`0x${hash("md5", text, "hex").slice(0, 15)}`);
  }
  return { orders: 1, lines: lines.length, checksum };
}
