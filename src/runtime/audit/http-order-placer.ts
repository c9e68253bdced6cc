import { Agent, request } from "undici";
import type { OrderPlacer, Placed, RaceOrder } from "../../audit/race/place-order.ts";
import { isUuid } from "../../order/order-id.ts";

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

/**
 * What an answer says of the order. 503 is only given when nothing was handed to Kafka; every other
 * error of the server may have come after that.
 */
export function placedBy(statusCode: number, body: string, order: RaceOrder): Placed {
  if (statusCode >= 200 && statusCode < 300) {
    const orderId = orderIdIn(body);
    return orderId === undefined || orderId === order.orderId
      ? { state: "acked" }
      : { state: "acked", orderId };
  }
  const answer = `HTTP ${statusCode}`;
  const refused = statusCode === 503 || (statusCode >= 300 && statusCode < 500);
  return { state: refused ? "failed" : "unknown", answer };
}

/** A system that takes no Idempotency-Key chooses the id itself. */
function orderIdIn(body: string): string | undefined {
  try {
    const { order_id: orderId } = JSON.parse(body) as { order_id?: unknown };
    return isUuid(orderId) ? orderId.toLowerCase() : undefined;
  } catch {
    return undefined;
  }
}
