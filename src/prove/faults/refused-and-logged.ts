import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";

export const refusedAndLogged: PipelineFault = {
  of: "pipeline",
  name: "refused-and-logged",
  explanation:
    "the intake tells a client that its order was refused, and publishes it all the same",
  fires: [{ check: "failed-left-nothing", because: "a refused order got an outcome" }],
  needs: befalls(),
  async place(world, orders) {
    const history = await world.place(orders);
    return history.map((sent) => (isVictim(sent) ? { ...sent, state: "failed" } : sent));
  },
};
