import type { PipelineFault } from "../fault.ts";
import { befalls } from "../victim.ts";

const flip = {
  text: "UPDATE orders SET status = 'rejected' WHERE customer_id = 'VICTIM' AND status = 'reserved'",
};

export const outcomeFlipped: PipelineFault = {
  of: "pipeline",
  name: "outcome-flipped",
  explanation: "an order that was reserved is turned into a rejected one afterwards",
  fires: [
    { check: "rejections-justified", because: "there was, and is, enough for the order" },
    { check: "reserved-matches-orders", because: "its pieces are still reserved" },
    { check: "stock-moved-by-orders", because: "its pieces left the shelf, and no order has them" },
  ],
  needs: befalls(),
  async afterwards({ database }) {
    await database.query(flip);
  },
};
