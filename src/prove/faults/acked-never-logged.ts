import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim, victim } from "../victim.ts";
import { sentOrder } from "../world.ts";

/** A message that is there twice makes up for it, where messages are only counted. */
export const ackedNeverLogged: PipelineFault = {
  of: "pipeline",
  name: "acked-never-logged",
  explanation: "the intake accepts an order, and its message never reaches the log",
  fires: [{ check: "accepted-are-logged", because: "the log holds no message of it" }],
  needs: befalls(victim(), victim({ customerId: "REPEATER", copies: 2 })),
  async place(world, orders) {
    await world.place(orders.filter(({ order }) => !isVictim(order)));
    return orders.map((placed) => sentOrder(placed));
  },
};
