import type { FastifyReply } from "fastify";
import type { ProduceRefusal } from "../../ports/produce-outcome.ts";
import type { Problem } from "../problem.ts";
import type { PublishResult, Refusal } from "../submission.ts";

export const retryAfterSeconds = "1";

export function sendProblem(reply: FastifyReply, status: number, problem: Problem): void {
  if (status === 503) reply.header("retry-after", retryAfterSeconds);
  reply.code(status).send(problem);
}

/** What is said of one order: 202 and 504 with its id, or why it was not placed. */
export function answerOf(
  result: PublishResult,
  order_id: string,
  messageBytesMax: number,
): readonly [202 | 504, { order_id: string; status: string }] | readonly [number, Problem] {
  switch (result.status) {
    case "acked":
      return [202, { order_id, status: "accepted" }];
    case "unknown":
      return [504, { order_id, status: "unknown" }];
    case "refused":
      return [503, refusalProblem(result.refusal)];
    case "kafka_refused":
      return kafkaRefusal(result.refusal, messageBytesMax);
  }
}

/** 503: nothing of the request was handed to Kafka, so repeating it is safe even without a key. */
export function refusalProblem(refusal: Refusal): Problem {
  return { error: refusal, message: `${sentences[refusal]}; nothing of this request was placed` };
}

/**
 * What Kafka refused for certain: 413 where the message is too large, 502 where repeating is in vain
 * until somebody changes the topic or the rights, 503 where it may pass.
 * @param messageBytesMax the largest message that is taken.
 */
export function kafkaRefusal(
  refusal: ProduceRefusal,
  messageBytesMax: number,
): readonly [413 | 502 | 503, Problem] {
  if (refusal.tooLarge) return [413, orderTooLarge(messageBytesMax)];
  const message = `Kafka refused it: ${refusal.code}, ${refusal.meaning}; nothing of it was placed`;
  return [refusal.final ? 502 : 503, { error: "kafka_refused", message }];
}

export function orderTooLarge(messageBytesMax: number): Problem {
  return {
    error: "order_too_large",
    message: `as a message the order is larger than the ${messageBytesMax} bytes that the topic takes here`,
  };
}

const sentences: Readonly<Record<Refusal, string>> = {
  queue_full: "too many orders are waiting for Kafka",
  not_connected: "Kafka cannot be reached",
  stopping: "the server is stopping",
  too_late: "the order was still waiting for Kafka when its time was up",
};

/** Schemas of the answers: compiled, they serialise several times as fast as JSON.stringify. */
const text = { type: "string" } as const;
const texts = { type: "array", items: text } as const;

export const orderAnswers = {
  202: { type: "object", properties: { order_id: text, status: text } },
  504: { type: "object", properties: { order_id: text, status: text } },
} as const;

export const batchAnswers = {
  202: {
    type: "object",
    properties: { count: { type: "integer" }, status: text, order_ids: texts },
  },
  504: {
    type: "object",
    properties: { status: text, acked: texts, unknown: texts, unsent: texts, refused: texts },
  },
} as const;
