import type { Queryable } from "../../ports/database.ts";
import { readAsked } from "../consumer/asked.ts";
import { right } from "../consumer/ways.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim, victim } from "../victim.ts";

export const decidedOutOfOrder: PipelineFault = {
  of: "pipeline",
  name: "decided-out-of-order",
  explanation:
    "the consumer puts an order aside, and decides it after the next one of its customer",
  fires: [{ check: "decided-in-order", because: "the later message was decided first" }],
  needs: befalls(victim(), victim()),
  async consume(world) {
    let aside: ((tx: Queryable) => Promise<void>) | undefined;
    let done = false;
    await world.consume({
      async deliver(database, message, decide, source) {
        const asked = readAsked(message);
        if (!("why" in asked) && isVictim(asked) && !done) {
          done = true;
          aside = decide;
          return;
        }
        await right.deliver(database, message, decide, source);
        if ("why" in asked || !isVictim(asked) || aside === undefined) return;
        await database.transaction(aside);
        aside = undefined;
      },
    });
  },
};
