import type { ShopFault } from "../fault.ts";

/** It ends between its mark and its message. */
export const markedNeverSent: ShopFault = {
  of: "shop",
  name: "marked-never-sent",
  explanation: "the relay marks an event as sent, then crashes before it has sent it",
  fires: [{ check: "events-published", because: "it is marked as sent, and is not in the log" }],
  tell(events) {
    const lost = events.find(({ eventType }) => eventType === "PAYMENT_COMPLETED");
    return events.filter((event) => event !== lost);
  },
};
