import { shopAnswers } from "../../order/order-answer.ts";
import type { LoadTarget } from "../target.ts";
import { type PlannedOrder, pricedLines } from "../workload.ts";
import type { TargetKind, TargetPorts } from "./target-kind.ts";

/** The shop's orders, through the gateway; afterwards some are paid for or cancelled. */
export const gatewayTarget = {
  name: "gateway",
  summary: "POST /orders of the shop, through the gateway",
  takesChanges: true,
  async open({ gateway }: Pick<TargetPorts, "gateway">): Promise<LoadTarget> {
    const { createHttpTarget } = await import("../sending/create-http-target.ts");
    const connections = await gateway("orders");
    const { href: address, pathname: path } = connections.url;
    return createHttpTarget(connections, {
      ...{ kind: gatewayTarget.name, address, method: "POST", answers: shopAnswers },
      request: (order) => ({
        path,
        headers: ["content-type", "application/json", "idempotency-key", order.key],
        body: requestBody(order),
      }),
      changePath: (orderId, change) => `${path}/${orderId}/${change}`,
    });
  },
} satisfies TargetKind;

/** As the shop reads it. */
function requestBody(order: PlannedOrder): string {
  const items = pricedLines(order).map(({ product_id: productId, quantity, price }) => ({
    ...{ productId, quantity, price },
  }));
  return JSON.stringify({ customerId: order.customerId, items });
}
