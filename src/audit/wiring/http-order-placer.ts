import { Agent, request } from "undici";
import { answerOf } from "../../order/order-answer.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import type { OrderPlacer, RaceAnswer, RaceOrder } from "../race/place-order.ts";

export interface OpenOrderPlacer extends OrderPlacer {
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** Errors after which the request certainly never reached the API. */
const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Places each order by `POST /order` on a connection of its own, up to `connections` at once. */
export function openHttpOrderPlacer(
  apiUrl: string,
  { connections, timeoutMs }: { readonly connections: number; readonly timeoutMs: number },
): OpenOrderPlacer {
  const dispatcher = new Agent({
    connections,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const url = new URL("order", apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`);
  return {
    async placeOrder(order) {
      try {
        const { statusCode, body } = await request(url, {
          method: "POST",
          dispatcher,
          headers: { "content-type": "application/json", "idempotency-key": order.idempotencyKey },
          body: bodyOf(order),
        });
        return placedBy(statusCode, await body.text(), order);
      } catch (error) {
        const code = String((error as { code?: unknown }).code ?? "");
        return { state: neverSent.has(code) ? "failed" : "unknown", answer: code || String(error) };
      }
    },
    partitionOf: partitionOfKey,
    close: () => dispatcher.destroy(),
  };
}

function bodyOf({ customerId, lines, amount }: RaceOrder): string {
  const line = lines[0];
  return JSON.stringify({
    customer_id: customerId,
    product_id: line?.productId,
    quantity: line?.quantity,
    amount,
  });
}

/** What the table of src/order/order-answer.ts says, and what came instead of an acceptance. */
export function placedBy(statusCode: number, body: string, order: RaceOrder): RaceAnswer {
  const { state, said, otherId } = answerOf(statusCode, body, order.orderId);
  if (state === "acked") return otherId === undefined ? { state } : { state, orderId: otherId };
  return { state, answer: `HTTP ${said}` };
}
