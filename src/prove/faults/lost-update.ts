import { readThenWrite, twoAtOnce } from "../consumer/read-then-write.ts";
import type { PipelineFault } from "../fault.ts";
import { spareProduct } from "../victim.ts";

const productId = spareProduct;

/** Enough for both: what one took is overwritten by the other. */
export const lostUpdate: PipelineFault = {
  of: "pipeline",
  name: "lost-update",
  explanation: "two transactions read the same stock, and each writes what it computed from it",
  fires: [
    { check: "reserved-matches-orders", because: "two orders reserved, one was counted" },
    { check: "stock-moved-by-orders", because: "fewer pieces left the shelf than were sold" },
  ],
  needs: { stock: new Map([[productId, 1_000]]), orders: twoAtOnce(productId, 3) },
  consume: (world) => world.consume(readThenWrite(productId)),
};
