import type { ShopFault } from "../fault.ts";

/** The copy itself is no fault: relays send again what may not have arrived. */
export const doubleCount: ShopFault = {
  of: "shop",
  name: "double-count",
  explanation: "the analytics count a copy of an event as if it were another",
  fires: [
    { check: "sales-metrics-equal-log", because: "the totals have the order twice" },
    { check: "product-sales-equal-log", because: "its pieces are sold twice" },
    { check: "order-summary-equal-log", because: "its customer has it twice" },
  ],
  tell: (events) => [...events, ...events.slice(0, 1)],
  count: (world) => world.count({ isNoted: async () => false }),
};
