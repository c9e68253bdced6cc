import type { HttpOrderRequest } from "../sending/create-http-target.ts";
import type { LoadTarget } from "../target.ts";
import type { PlannedOrder } from "../workload.ts";
import type { TargetKind, TargetPorts } from "./target-kind.ts";

export const httpTarget = {
  name: "http",
  summary: "POST /order",
  async open({ api }: Pick<TargetPorts, "api">): Promise<LoadTarget> {
    const { createHttpTarget } = await import("../sending/create-http-target.ts");
    const connections = await api("order");
    return createHttpTarget(connections, {
      ...{ kind: httpTarget.name, address: connections.url.href, method: "POST" },
      request: apiRequest(connections.url.pathname),
    });
  },
} satisfies TargetKind;

/** The same, several orders in one request. */
export function httpBatchTarget(perRequest: number): TargetKind {
  return {
    name: httpTarget.name,
    summary: "POST /orders/batch",
    async open({ api }) {
      const { createBatchTarget } = await import("../sending/create-batch-target.ts");
      const { name: kind } = httpTarget;
      return createBatchTarget(await api("orders/batch"), { kind, perRequest, requestBody });
    },
  };
}

function apiRequest(path: string): (order: PlannedOrder) => HttpOrderRequest {
  return (order) => ({
    path,
    headers: ["content-type", "application/json", "idempotency-key", order.key],
    body: requestBody(order),
  });
}

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
