import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";
import { messageOf } from "../workload.ts";

/** What is decided is what the log says: the consumer is right. */
export const messageAltered: PipelineFault = {
  of: "pipeline",
  name: "message-altered",
  explanation: "the intake writes another quantity into the log than the client has sent",
  fires: [
    { check: "log-says-what-was-sent", because: "the message has another quantity" },
    { check: "contents-as-sent", because: "and so has the row that follows from it" },
  ],
  needs: befalls(),
  place: (world, orders) =>
    world.place(
      orders.map((placed) => {
        const { order } = placed;
        if (!isVictim(order)) return placed;
        const lines = order.lines.map((line) => ({ ...line, quantity: line.quantity + 1 }));
        return { ...placed, value: messageOf({ ...order, lines }) };
      }),
    ),
};
