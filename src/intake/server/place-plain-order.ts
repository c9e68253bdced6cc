import type { Server, ServerResponse } from "node:http";
import type { HttpCounts } from "../../http/create-json-app.ts";
import { readIdempotencyKey } from "../../http/read-idempotency-key.ts";
import { takeWholeRequests, type WholeRequest } from "../../http/whole-requests.ts";
import { wholeAnswers } from "../../http/write-whole-answer.ts";
import { jsonExcess } from "../../order/json-bounds.ts";
import { orderLimits } from "../../order/order.ts";
import { newOrderId, orderIdForKey } from "../../order/order-id.ts";
import { readText } from "../../order/read-text.ts";
import { orderBounds } from "../body-bounds.ts";
import { type AcceptedOrder, type OrderRequest, readOrderRequest } from "../order-request.ts";
import type { Publisher } from "../publisher.ts";
import { answerOf, retryAfterSeconds } from "./answers.ts";
import { orderMessage } from "./place-order.ts";

/**
 * POST /order as nearly every client sends it: a good order of one line, whole. It needs nothing of what
 * the framework does for a request, which costs more than all that is done for the order. Nothing is
 * refused here: what is not good, or not usual, is declined and goes through the framework.
 */
export function placePlainOrders(server: Server, publisher: Publisher, counts: HttpCounts): void {
  const accept = wholeAnswers(server, 202);
  takeWholeRequests(server, "/order", ({ body, key, response }: WholeRequest) => {
    if (publisher.stopping) return false;
    const accepted = readPlainOrder(body, key);
    if (accepted === undefined) return false;
    const message = orderMessage(accepted);
    if (!publisher.fits(message)) return false;
    const { orderId } = accepted.order;
    publisher.publish([message], (result) => {
      counts.requests += 1;
      if (result.status === "acked") accept(response, acceptedJson(orderId));
      else answer(response, answerOf(result, orderId, publisher.messageBytesMax), counts);
    });
    return true;
  });
}

function acceptedJson(orderId: string): string {
  return `{"order_id":"${orderId}","status":"accepted"}`;
}

function answer(
  response: ServerResponse,
  [status, content]: readonly [number, object],
  counts: HttpCounts,
): void {
  if (status < 500) counts.invalid += 1;
  const json = Buffer.from(JSON.stringify(content));
  response.writeHead(status, {
    ...(status === 503 ? { "retry-after": retryAfterSeconds } : {}),
    "content-type": "application/json; charset=utf-8",
    "content-length": json.length,
  });
  response.end(json);
}

/** @returns undefined for what is no good order of one line, and for what only may be none. */
function readPlainOrder(body: Buffer, header: string | undefined): AcceptedOrder | undefined {
  const keyed = readIdempotencyKey(header);
  const text = readText(body);
  if (!keyed.ok || !text.ok || jsonExcess(text.bytes, orderBounds) !== undefined) return undefined;
  const json = text.bytes.toString("utf8");
  // Names that nobody may use, or may be them in disguise.
  if (json.includes("__proto__") || json.includes("constructor") || json.includes("\\"))
    return undefined;
  let request: OrderRequest;
  try {
    request = JSON.parse(json) as OrderRequest;
  } catch {
    return undefined;
  }
  if (!isPlain(request)) return undefined;
  const { key } = keyed;
  const orderIdOf = (customerId: string) =>
    key === undefined ? newOrderId() : orderIdForKey(customerId, key);
  const reading = readOrderRequest(request, orderIdOf, Date.now());
  return reading.ok ? reading.accepted : undefined;
}

/** The part of `orderSchema` that readOrderRequest relies on, for an order of one line. */
function isPlain(request: OrderRequest | null): boolean {
  if (typeof request !== "object" || request === null || request.items !== undefined) return false;
  const { customer_id, product_id, quantity, amount } = request;
  return (
    typeof customer_id === "string" &&
    typeof product_id === "string" &&
    Number.isInteger(quantity) &&
    (quantity as number) >= orderLimits.quantityMin &&
    (quantity as number) <= orderLimits.quantityMax &&
    typeof amount === "number" &&
    amount >= 0 &&
    amount <= orderLimits.amountMax
  );
}
