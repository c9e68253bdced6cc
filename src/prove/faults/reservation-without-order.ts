import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

export const reservationWithoutOrder: PipelineFault = {
  of: "pipeline",
  name: "reservation-without-order",
  explanation: "the consumer takes the pieces of an order, and never writes its row",
  fires: [
    { check: "accepted-decided-once", because: "the order has no row" },
    { check: "messages-decided-once", because: "the offset has passed its message" },
    { check: "reserved-matches-orders", because: "pieces are reserved for nobody" },
    { check: "stock-moved-by-orders", because: "pieces left the shelf that no order explains" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      async write(tx, asked, judgement) {
        if (!isVictim(asked)) await right.write(tx, asked, judgement);
      },
    }),
};
