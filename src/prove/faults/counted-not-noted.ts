import type { ShopFault } from "../fault.ts";

const forget = {
  text: `
    DELETE FROM analytics.processed_events
    WHERE event_id = (SELECT event_id FROM analytics.processed_events ORDER BY event_id LIMIT 1)`,
};

export const countedNotNoted: ShopFault = {
  of: "shop",
  name: "counted-not-noted",
  explanation: "the analytics count an event, and do not remember its id",
  fires: [{ check: "events-counted-once", because: "a copy of it would be counted again" }],
  async afterwards({ database }) {
    await database.query(forget);
  },
};
