import { readAsked } from "../consumer/asked.ts";
import type { PipelineFault } from "../fault.ts";
import { advanceOffset } from "../sql/advance-offset.ts";
import { befalls, isVictim } from "../victim.ts";

/** It ends between its offset and its work, and goes on behind it. */
export const offsetBeforeWork: PipelineFault = {
  of: "pipeline",
  name: "offset-before-work",
  explanation: "the consumer stores a message's offset, then crashes before it has decided it",
  fires: [
    { check: "accepted-decided-once", because: "the order has no outcome" },
    { check: "messages-decided-once", because: "the offset has passed its message" },
  ],
  needs: befalls(),
  consume: (world) =>
    world.consume({
      async deliver(database, message, decide, source) {
        await advanceOffset(database, source, message);
        const asked = readAsked(message);
        if (!("why" in asked) && isVictim(asked)) return;
        await database.transaction(decide);
      },
    }),
};
