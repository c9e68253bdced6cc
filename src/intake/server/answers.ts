import type { FastifyReply } from "fastify";
import type { Problem } from "../problem.ts";
import type { Refusal } from "../submission.ts";

const retryAfterSeconds = "1";

export function sendProblem(reply: FastifyReply, status: number, problem: Problem): void {
  if (status === 503) reply.header("retry-after", retryAfterSeconds);
  reply.code(status).send(problem);
}

/** 503: nothing of the request was handed to Kafka, so repeating it is safe even without a key. */
export function refusalProblem(refusal: Refusal): Problem {
  return { error: refusal, message: `${sentences[refusal]}; nothing of this request was placed` };
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
    properties: { status: text, acked: texts, unknown: texts, unsent: texts },
  },
} as const;
