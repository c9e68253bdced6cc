import type { PipelineFault } from "../fault.ts";
import { insertDeadLetter } from "../sql/insert-dead-letter.ts";

export const deadLetterWithoutReason: PipelineFault = {
  of: "pipeline",
  name: "dead-letter-without-reason",
  explanation: "the consumer records a dead letter, and does not say why",
  fires: [{ check: "dead-letters-explained", because: "nobody can tell what to mend" }],
  consume: (world) =>
    world.consume({
      bury: (tx, message, _, source) =>
        insertDeadLetter(tx, message, { reason: "", detail: "" }, source),
    }),
};
