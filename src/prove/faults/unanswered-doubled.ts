import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";
import { decidedAndDeadLettered } from "./decided-and-dead-lettered.ts";

const { consume } = decidedAndDeadLettered;

/** As before, and its client never heard of it. */
export const unansweredDoubled: PipelineFault = {
  of: "pipeline",
  name: "unanswered-doubled",
  explanation: "an order whose answer never came is decided, then given up as well",
  fires: [
    { check: "unknown-decided-at-most-once", because: "the order has two outcomes" },
    { check: "messages-decided-once", because: "and both are of one message" },
  ],
  needs: befalls(),
  async place(world, orders) {
    const history = await world.place(orders);
    return history.map((sent) => (isVictim(sent) ? { ...sent, state: "unknown" } : sent));
  },
  ...(consume === undefined ? {} : { consume }),
};
