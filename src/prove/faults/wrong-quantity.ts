import { misreading } from "../consumer/misread.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls } from "../victim.ts";

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
    world.consume(
      misreading((lines) => lines.map((line) => ({ ...line, quantity: line.quantity + 1 }))),
    ),
};
