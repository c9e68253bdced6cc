import type { PipelineFault } from "../fault.ts";

const add = {
  text: `UPDATE inventory SET available_quantity = available_quantity + 10, total_quantity = total_quantity + 10
         WHERE product_id = 'PROD005'`,
};

export const stockChangedByHand: PipelineFault = {
  of: "pipeline",
  name: "stock-changed-by-hand",
  explanation: "somebody adds stock without a recorded movement",
  fires: [
    { check: "total-matches-movements", because: "the total is more than was ever recorded" },
    { check: "stock-moved-by-orders", because: "neither orders nor records explain the pieces" },
  ],
  async afterwards({ database }) {
    await database.query(add);
  },
};
