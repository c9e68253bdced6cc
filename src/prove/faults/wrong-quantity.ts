import { readAsked } from "../consumer/asked.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

/** The right consumer of an order that nobody sent: its books are even. */
export const wrongQuantity: PipelineFault = {
  of: "pipeline",
  name: "wrong-quantity",
  explanation: "the consumer reserves one piece more than an order asks for, and books it so",
  fires: [
    { check: "contents-as-sent", because: "the row has another quantity than was sent" },
    { check: "rows-say-the-message", because: "the row has another than stands in the log" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      read(message) {
        const asked = readAsked(message);
        if ("why" in asked || !isVictim(asked)) return asked;
        const lines = asked.lines.map((line) => ({ ...line, quantity: line.quantity + 1 }));
        return { ...asked, lines };
      },
    }),
};
