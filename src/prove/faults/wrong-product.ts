import { misreading } from "../consumer/misread.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, otherSpareProduct } from "../victim.ts";

export const wrongProduct: PipelineFault = {
  of: "pipeline",
  name: "wrong-product",
  explanation: "the consumer reserves another product than an order asks for, and books it so",
  fires: [
    { check: "contents-as-sent", because: "the row has another product than was sent" },
    { check: "rows-say-the-message", because: "the row has another than stands in the log" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume(
      misreading((lines) => lines.map((line) => ({ ...line, productId: otherSpareProduct }))),
    ),
};
