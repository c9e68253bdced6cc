import { readAsked } from "../consumer/asked.ts";
import type { Fault } from "../fault.ts";

/** The right consumer of an order that nobody sent: its books are even. */
export const wrongQuantity: Fault = {
  name: "wrong-quantity",
  explanation: "the consumer reserves one piece more than an order asks for, and books it so",
  fires: [{ check: "contents-as-sent", because: "the row has another quantity than was sent" }],
  async consume(world) {
    let done = false;
    await world.consume({
      read(message) {
        const asked = readAsked(message);
        if ("why" in asked || done) return asked;
        done = true;
        const lines = asked.lines.map((line) => ({ ...line, quantity: line.quantity + 1 }));
        return { ...asked, lines };
      },
    });
  },
};
