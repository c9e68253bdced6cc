import { toCents } from "../../order/money.ts";
import type { LoadTarget } from "../target.ts";
import type { PlannedOrder } from "../workload.ts";
import type { TargetKind, TargetPorts } from "./target-kind.ts";

/** The shop's orders, through the gateway; afterwards some are paid for or cancelled. */
export const gatewayTarget = {
  name: "gateway",
  summary: "POST /orders of the shop, through the gateway",
  takesChanges: true,
  async open({ gateway }: Pick<TargetPorts, "gateway">): Promise<LoadTarget> {
    const { createHttpTarget } = await import("../sending/create-http-target.ts");
    const connections = await gateway("orders");
    return createHttpTarget(connections, {
      ...{ kind: gatewayTarget.name, requestBody, idField: "orderId" },
      changePath: (orderId, change) => `${connections.url.pathname}/${orderId}/${change}`,
    });
  },
} satisfies TargetKind;

/** As the shop reads it. */
function requestBody({ customerId, lines }: PlannedOrder): string {
  const items = lines.map(({ productId, quantity, amount }) => ({
    ...{ productId, quantity, price: (toCents(amount) ?? Number.NaN) / quantity / 100 },
  }));
  return JSON.stringify({ customerId, items });
}
