import { misreading } from "../consumer/misread.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, twoLines, victim } from "../victim.ts";

export const lineMissing: PipelineFault = {
  of: "pipeline",
  name: "line-missing",
  explanation: "the consumer reads the first line of an order, and none of the others",
  fires: [{ check: "order-lines-complete", because: "a line that was sent is not there" }],
  needs: befalls(victim({ lines: twoLines })),
  consume: (world) => world.consume(misreading((lines) => lines.slice(0, 1))),
};
