import { newOrderId } from "../../order/order-id.ts";
import type { ShopFault } from "../fault.ts";

export const eventUnderTwoIds: ShopFault = {
  of: "shop",
  name: "event-under-two-ids",
  explanation: "the relay sends an event again, under another id",
  fires: [{ check: "events-take-effect-once", because: "nobody can know the second for a copy" }],
  tell(events) {
    const [first] = events;
    return first === undefined ? events : [...events, { ...first, eventId: newOrderId() }];
  },
};
