import { readAsked } from "../consumer/asked.ts";
import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { insertDeadLetter } from "../sql/insert-dead-letter.ts";
import { befalls, isVictim } from "../victim.ts";

/** Its commit went through, and the answer did not come: it takes that for a failure. */
export const decidedAndDeadLettered: PipelineFault = {
  of: "pipeline",
  name: "decided-and-dead-lettered",
  explanation: "the consumer decides an order, then gives it up as well",
  fires: [
    { check: "accepted-decided-once", because: "the order has two outcomes" },
    { check: "messages-decided-once", because: "and both are of one message" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      async deliver(database, message, decide, source) {
        await right.deliver(database, message, decide, source);
        const asked = readAsked(message);
        if ("why" in asked || !isVictim(asked)) return;
        const { orderId } = asked;
        const letter = { orderId, reason: "unprocessable", detail: "no answer" };
        await insertDeadLetter(database, message, letter, source);
      },
    }),
};
