import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

export const orderWithoutReservation: PipelineFault = {
  of: "pipeline",
  name: "order-without-reservation",
  explanation: "the consumer writes an order as reserved, and takes no piece for it",
  fires: [
    { check: "reserved-matches-orders", because: "the order's pieces are not reserved" },
    { check: "stock-moved-by-orders", because: "what was sold is still on the shelf" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      async take(tx, asked, stock) {
        if (!isVictim(asked)) await right.take(tx, asked, stock);
      },
    }),
};
