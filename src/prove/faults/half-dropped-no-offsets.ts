import { readAsked } from "../consumer/asked.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, victim } from "../victim.ts";

/** Nobody says how far it has come: only that it decided what came later says that they are lost. */
export const halfDroppedNoOffsets: PipelineFault = {
  of: "pipeline",
  name: "half-dropped-no-offsets",
  explanation:
    "the consumer never stores an offset, and drops every second order of some customers",
  fires: [
    { check: "accepted-decided-once", because: "the orders have no outcome, and will get none" },
    { check: "messages-decided-once", because: "a probe that came after them was decided" },
  ],
  needs: befalls(...Array.from({ length: 6 }, () => victim({ customerId: "DROPPED" }))),
  async consume(world) {
    let seen = 0;
    await world.keepConsuming({
      async deliver(database, message, decide) {
        const asked = readAsked(message);
        const mayGo = !("why" in asked) && asked.customerId === "DROPPED";
        if (mayGo && ++seen % 2 === 0) return;
        await database.transaction(decide);
      },
    });
  },
};
