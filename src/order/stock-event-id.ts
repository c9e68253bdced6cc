import { uuidV5 } from "./order-id.ts";
import type { StockChanged } from "./stock-event.ts";

/** Namespace of the ids of stock events. Never change it: it is part of the protocol. */
const namespace = Buffer.from("3f0c6a52b1d94e8f8a177c2d5e90416b", "hex");

/** The same for the same state of a product, whoever tells of it and however often. */
export function stockEventId(state: Omit<StockChanged, "eventId" | "type" | "timestamp">): string {
  const { productId, version, available, reserved, total } = state;
  const name = JSON.stringify([productId, version, available, reserved, total]);
  return uuidV5(Buffer.concat([namespace, Buffer.from(name)]));
}
