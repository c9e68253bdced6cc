import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { insertLine } from "../sql/insert-line.ts";
import { linesOf } from "../sql/lines-of.ts";
import { befalls, isVictim, victim } from "../victim.ts";

/** Its memory of what it has decided does not reach so far back. */
export const lateDuplicate: PipelineFault = {
  of: "pipeline",
  name: "late-duplicate",
  explanation: "a copy of a message comes late, and its lines are reserved beside the first ones",
  fires: [{ check: "order-lines-complete", because: "the order has more lines than were sent" }],
  needs: befalls(victim({ copies: 2 })),
  consume: (world) =>
    world.consume({
      async isKnown(tx, asked) {
        return !isVictim(asked) && right.isKnown(tx, asked);
      },
      async write(tx, asked, judgement) {
        const known = await linesOf(tx, asked.orderId);
        for (const index of asked.lines.keys())
          await insertLine(tx, asked, index, judgement, known + index + 1);
      },
    }),
};
