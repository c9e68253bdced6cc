import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { advanceOffset } from "../sql/advance-offset.ts";
import { orderIsKnown } from "../sql/order-is-known.ts";
import { befalls, isVictim } from "../victim.ts";

/** It ends between its work and its offset, and is given the message again. */
export const doubleApplyOnRedelivery: PipelineFault = {
  of: "pipeline",
  name: "double-apply-on-redelivery",
  explanation:
    "a message is delivered again after a crash, and its pieces are taken a second time for the same row",
  fires: [
    { check: "reserved-matches-orders", because: "one order, taken from the stock twice" },
    { check: "stock-moved-by-orders", because: "more pieces left the shelf than were sold" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      async isKnown(tx, asked) {
        return !isVictim(asked) && right.isKnown(tx, asked);
      },
      async write(tx, asked, judgement) {
        if (!(await orderIsKnown(tx, asked.orderId))) await right.write(tx, asked, judgement);
      },
      async deliver(database, message, decide, source) {
        await database.transaction(decide);
        await database.transaction(async (tx) => {
          await decide(tx);
          await advanceOffset(tx, source, message);
        });
      },
    }),
};
