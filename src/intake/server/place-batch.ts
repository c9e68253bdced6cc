import type { FastifyReply, FastifyRequest } from "fastify";
import { readIdempotencyKey } from "../../http/read-idempotency-key.ts";
import { batchElementKey, newOrderId, orderIdForKey } from "../../order/order-id.ts";
import type { OutgoingMessage } from "../../ports/log.ts";
import { type OrderRequest, readOrderRequest } from "../order-request.ts";
import type { Problem } from "../problem.ts";
import type { Publisher } from "../publisher.ts";
import { type MessageOutcome, messageOutcomes, type PublishResult } from "../submission.ts";
import { kafkaRefusal, orderTooLarge, refusalProblem, sendProblem } from "./answers.ts";
import { orderMessage } from "./place-order.ts";

/** POST /orders/batch: all of it is checked before any of it is published. */
export function placeBatch(publisher: Publisher) {
  return (
    request: FastifyRequest<{ Body: readonly OrderRequest[] | undefined }>,
    reply: FastifyReply,
  ): void => {
    const keyed = readIdempotencyKey(request.headers["idempotency-key"]);
    if (!keyed.ok) {
      sendProblem(reply, 400, keyed.problem);
      return;
    }
    const batch = readBatch(request.body ?? [], keyed.key, publisher);
    // Up to 8 MiB that nobody needs while Kafka is waited for.
    request.body = undefined;
    if ("problem" in batch) {
      sendProblem(reply, batch.status, batch.problem);
      return;
    }
    publisher.publish(batch.messages, (result) =>
      answer(reply, batch.orderIds, result, publisher.messageBytesMax),
    );
  };
}

type Batch =
  | { readonly orderIds: readonly string[]; readonly messages: readonly OutgoingMessage[] }
  | { readonly status: 400 | 413; readonly problem: Problem };

function readBatch(
  requests: readonly OrderRequest[],
  key: string | undefined,
  publisher: Publisher,
): Batch {
  const ordersMax = publisher.queueMessagesMax;
  if (requests.length > ordersMax) {
    const message = `this server takes at most ${ordersMax} orders at once; found ${requests.length}`;
    return { status: 413, problem: { error: "body_too_large", message } };
  }
  const placedAtMs = Date.now();
  const orderIds: string[] = [];
  const messages: OutgoingMessage[] = [];
  for (const [index, request] of requests.entries()) {
    const orderIdOf = (customerId: string) =>
      key === undefined ? newOrderId() : orderIdForKey(customerId, batchElementKey(key, index));
    const reading = readOrderRequest(request, orderIdOf, placedAtMs);
    if (!reading.ok) return { status: 400, problem: { ...reading.problem, index } };
    const message = orderMessage(reading.accepted);
    if (!publisher.fits(message))
      return { status: 413, problem: { ...orderTooLarge(publisher.messageBytesMax), index } };
    orderIds.push(reading.accepted.order.orderId);
    messages.push(message);
  }
  return { orderIds, messages };
}

function answer(
  reply: FastifyReply,
  orderIds: readonly string[],
  result: PublishResult,
  messageBytesMax: number,
): void {
  if (result.status === "acked") {
    reply.code(202).send({ count: orderIds.length, status: "accepted", order_ids: orderIds });
    return;
  }
  if (result.status === "refused") {
    sendProblem(reply, 503, refusalProblem(result.refusal));
    return;
  }
  const { outcomes } = result;
  const idsOf = (outcome: MessageOutcome) =>
    orderIds.filter((_, index) => outcomes[index] === outcome);
  const lists = Object.fromEntries(messageOutcomes.map((outcome) => [outcome, idsOf(outcome)]));
  if (result.status === "unknown") {
    reply.code(504).send({ status: "unknown", ...lists });
    return;
  }
  const [status, problem] = kafkaRefusal(result.refusal, messageBytesMax);
  const whole = outcomes.every((outcome) => outcome === "refused");
  // Taken in part: what of it is said, order by order, and never that nothing was placed.
  const message = problem.message.replace("nothing of it was placed", "it was placed in part");
  sendProblem(reply, status, whole ? problem : { ...problem, message, ...lists });
}
