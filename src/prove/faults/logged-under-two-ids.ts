import { newOrderId } from "../../order/order-id.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim } from "../victim.ts";
import { placedOrder } from "../workload.ts";

/** Each of the two is decided, and all books are even. */
export const loggedUnderTwoIds: PipelineFault = {
  of: "pipeline",
  name: "logged-under-two-ids",
  explanation: "the intake retries a message, and gives it another order id the second time",
  fires: [{ check: "only-sent-was-logged", because: "the client never sent the second id" }],
  needs: befalls(),
  async place(world, orders) {
    const history = await world.place(orders);
    const again = orders
      .filter(({ order }) => isVictim(order))
      .map(({ order }) => placedOrder({ ...order, orderId: newOrderId() }));
    await world.place(again);
    return history;
  },
};
