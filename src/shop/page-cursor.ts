import { isUuid } from "../order/order-id.ts";
import type { ShopCursor } from "./sql/select-orders.ts";

/** Pure: as it stands in a Link header. Opaque to clients. */
export function writeCursor({ createdAt, orderId }: ShopCursor): string {
  return Buffer.from(`${createdAt} ${orderId}`).toString("base64url");
}

/** @returns undefined for what is no cursor of ours. */
export function readCursor(text: string): ShopCursor | undefined {
  const [createdAt = "", orderId = "", more] = Buffer.from(text, "base64url").toString().split(" ");
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(createdAt);
  if (!isInstant || Number.isNaN(Date.parse(createdAt)) || !isUuid(orderId) || more !== undefined)
    return undefined;
  return { createdAt, orderId };
}
