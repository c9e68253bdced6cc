import { Agent, request } from "undici";
import { type AnswerReading, answerOf } from "../../order/order-answer.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import type { OrderPlacer, RaceAnswer, RaceOrder } from "../race/place-order.ts";
import { type HttpForm, ourHttpForm } from "./order-form.ts";

export interface OpenOrderPlacer extends OrderPlacer {
  /** Gives up what is under way. */
  close(): Promise<void>;
}

/** Errors after which the request certainly never reached the API. */
const neverSent = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "UND_ERR_CONNECT_TIMEOUT"]);

/** Places each order, by `POST /order` unless told otherwise, on a connection of its own, up to `connections` at once. */
export function openHttpOrderPlacer(
  apiUrl: string,
  { connections, timeoutMs }: { readonly connections: number; readonly timeoutMs: number },
  form: HttpForm = ourHttpForm,
): OpenOrderPlacer {
  const dispatcher = new Agent({
    connections,
    pipelining: 1,
    connect: { timeout: timeoutMs },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
  const url = new URL(form.path, apiUrl.endsWith("/") ? apiUrl : `${apiUrl}/`);
  return {
    async placeOrder(order) {
      try {
        const { statusCode, body } = await request(url, {
          method: form.method as "POST",
          dispatcher,
          headers: {
            ...{ "content-type": "application/json", "idempotency-key": order.idempotencyKey },
            ...form.headers,
          },
          body: form.bodyOf(order),
        });
        return placedBy(statusCode, await body.text(), order, form.answers);
      } catch (error) {
        const code = String((error as { code?: unknown }).code ?? "");
        return { state: neverSent.has(code) ? "failed" : "unknown", answer: code || String(error) };
      }
    },
    partitionOf: partitionOfKey,
    tellsAmounts: form.tellsAmounts,
    close: () => dispatcher.destroy(),
  };
}

/** What the table of src/order/order-answer.ts says, and what came instead of an acceptance. */
export function placedBy(
  statusCode: number,
  body: string,
  order: RaceOrder,
  answers?: AnswerReading,
): RaceAnswer {
  const { state, said, otherId } = answerOf(statusCode, body, order.orderId, answers);
  if (state === "acked") return otherId === undefined ? { state } : { state, orderId: otherId };
  return { state, answer: `HTTP ${said}` };
}
