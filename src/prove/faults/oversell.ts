import { readThenWrite, twoAtOnce } from "../consumer/read-then-write.ts";
import type { PipelineFault } from "../fault.ts";
import { spareProduct } from "../victim.ts";

/** The last piece, to both. */
export const oversell: PipelineFault = {
  of: "pipeline",
  name: "oversell",
  explanation: "two transactions see the same last piece, and each promises it",
  fires: [
    { check: "never-oversold", because: "two pieces are promised of one" },
    { check: "reserved-matches-orders", because: "the second promise overwrote the first" },
    { check: "stock-moved-by-orders", because: "one piece left the shelf, two were sold" },
  ],
  needs: { stock: new Map([[spareProduct, 1]]), orders: twoAtOnce(spareProduct, 1) },
  consume: (world) => world.consume(readThenWrite(spareProduct)),
};
