import type { Fault } from "../fault.ts";
import { befalls, victim } from "../victim.ts";

export const deadLetterDropped: Fault = {
  name: "dead-letter-dropped",
  explanation: "the consumer skips a message that it cannot decide, and records no dead letter",
  fires: [{ check: "accepted-decided-once", because: "the order has no outcome" }],
  needs: befalls(victim({ readable: false })),
  consume: (world) => world.consume({ bury: async () => {} }),
};
