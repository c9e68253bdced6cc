import type { SentOrder } from "../../audit/sent-order.ts";
import type { PipelineFault } from "../fault.ts";
import { befalls, isVictim, victim } from "../victim.ts";

/** It answers before it publishes, and publishes what it holds from the end. */
export const customerOrderBroken: PipelineFault = {
  of: "pipeline",
  name: "customer-order-broken",
  explanation:
    "the intake accepts two orders of a customer one after the other, and logs them in reverse",
  fires: [{ check: "customers-in-order", because: "the order that was sent last stands in front" }],
  needs: befalls(victim(), victim()),
  async place(world, orders) {
    const held = orders.filter(({ order }) => isVictim(order));
    const others = await world.place(orders.filter(({ order }) => !isVictim(order)));
    // As its client saw it: each was answered before the next was sent.
    const fromMs = Date.now();
    const times = new Map(held.map(({ order }, n) => [order.orderId, fromMs + 10 * n]));
    const logged: SentOrder[] = [];
    for (const placed of held.toReversed()) logged.push(...(await world.place([placed])));
    const seen = logged.map((sent) => {
      const sentAtMs = times.get(sent.orderId) ?? fromMs;
      return { ...sent, sentAtMs, answeredAtMs: sentAtMs + 1 };
    });
    return [...others, ...seen];
  },
};
