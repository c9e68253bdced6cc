import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

/** As a cache says that nobody has refreshed: what it records of the refusal agrees with it. */
export const undersell: PipelineFault = {
  of: "pipeline",
  name: "undersell",
  explanation: "the consumer refuses an order for stock that it believes to be gone",
  fires: [{ check: "rejections-justified", because: "what is left would still meet the order" }],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      judge(asked, stock) {
        const believed = isVictim(asked)
          ? new Map([...stock.keys()].map((product) => [product, 0]))
          : stock;
        return right.judge(asked, believed);
      },
    }),
};
