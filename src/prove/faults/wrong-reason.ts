import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

export const wrongReason: PipelineFault = {
  of: "pipeline",
  name: "wrong-reason",
  explanation: "the consumer refuses an order because it does not know a product that is there",
  fires: [{ check: "rejections-justified", because: "the product is stocked" }],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      judge: (asked, stock) => right.judge(asked, isVictim(asked) ? new Map() : stock),
    }),
};
