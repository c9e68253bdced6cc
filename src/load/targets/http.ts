import type { LoadTarget } from "../target.ts";
import type { PlannedOrder } from "../workload.ts";
import type { TargetKind, TargetPorts } from "./target-kind.ts";

export const httpTarget = {
  name: "http",
  summary: "POST /order",
  async open({ api }: Pick<TargetPorts, "api">): Promise<LoadTarget> {
    const { createHttpTarget } = await import("../sending/create-http-target.ts");
    return createHttpTarget(await api("order"), { kind: httpTarget.name, requestBody });
  },
} satisfies TargetKind;

/** As the intake reads it. */
export function requestBody(order: PlannedOrder): string {
  const { customerId: customer_id, amount, items } = order;
  if (items !== undefined) return JSON.stringify({ customer_id, items, amount });
  const line = order.lines[0];
  return JSON.stringify({
    customer_id,
    product_id: line?.productId,
    quantity: line?.quantity,
    amount,
  });
}
