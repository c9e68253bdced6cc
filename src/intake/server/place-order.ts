import type { FastifyReply, FastifyRequest } from "fastify";
import { readIdempotencyKey } from "../../http/read-idempotency-key.ts";
import { newOrderId, orderIdForKey } from "../../order/order-id.ts";
import { writeOrderMessage } from "../../order/order-message.ts";
import type { OutgoingMessage } from "../../ports/log.ts";
import { type AcceptedOrder, type OrderRequest, readOrderRequest } from "../order-request.ts";
import type { Publisher } from "../publisher.ts";
import { answerOf, orderTooLarge, retryAfterSeconds, sendProblem } from "./answers.ts";

/**
 * POST /order: 202 once Kafka has it, 504 when that is not known, 503 when Kafka never saw it or
 * refused it for now, 413 and 502 when it refused it for good.
 */
export function placeOrder(publisher: Publisher) {
  return (request: FastifyRequest<{ Body: OrderRequest }>, reply: FastifyReply): void => {
    const keyed = readIdempotencyKey(request.headers["idempotency-key"]);
    if (!keyed.ok) {
      sendProblem(reply, 400, keyed.problem);
      return;
    }
    const { key } = keyed;
    const orderIdOf = (customerId: string) =>
      key === undefined ? newOrderId() : orderIdForKey(customerId, key);
    const reading = readOrderRequest(request.body, orderIdOf, Date.now());
    if (!reading.ok) {
      sendProblem(reply, 400, reading.problem);
      return;
    }
    const message = orderMessage(reading.accepted);
    if (!publisher.fits(message)) {
      sendProblem(reply, 413, orderTooLarge(publisher.messageBytesMax));
      return;
    }
    const order_id = reading.accepted.order.orderId;
    publisher.publish([message], (result) => {
      const [status, content] = answerOf(result, order_id, publisher.messageBytesMax);
      if (status === 503) reply.header("retry-after", retryAfterSeconds);
      reply.code(status).send(content);
    });
  };
}

export function orderMessage({ order, amount, items }: AcceptedOrder): OutgoingMessage {
  return {
    key: order.customerId,
    value: Buffer.from(writeOrderMessage(order, amount, items)),
  };
}
