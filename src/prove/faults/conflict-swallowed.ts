import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";
import { messageOf } from "../workload.ts";

/** The consumer looks at the id alone, and takes it for a copy. */
export const conflictSwallowed: PipelineFault = {
  of: "pipeline",
  name: "conflict-swallowed",
  explanation:
    "a second message has the id of an order and other contents, and is passed by in silence",
  fires: [
    { check: "messages-decided-once", because: "it is no copy, and has no dead letter" },
    { check: "log-says-what-was-sent", because: "nobody sent what it says" },
  ],
  needs: befalls(),
  async place(world, orders) {
    const history = await world.place(orders);
    await world.place(
      orders
        .filter(({ order }) => isVictim(order))
        .map((placed) => {
          const lines = placed.order.lines.map((line) => ({ ...line, quantity: 9 }));
          return { ...placed, value: messageOf({ ...placed.order, lines }) };
        }),
    );
    return history;
  },
};
