import type { OutgoingMessage } from "../ports/log.ts";
import type { ProduceRefusal } from "../ports/produce-outcome.ts";
import type { Queued } from "./partition-queues.ts";

/** Why nothing of a request was handed to Kafka. */
export type Refusal = "queue_full" | "not_connected" | "stopping" | "too_late";

export const messageOutcomes = ["acked", "unknown", "unsent", "refused"] as const;
/** `refused`: by Kafka, for certain; nothing was appended. */
export type MessageOutcome = (typeof messageOutcomes)[number];

export type PublishResult =
  | { readonly status: "acked" }
  | { readonly status: "refused"; readonly refusal: Refusal }
  /** Kafka refused it, at least in part, and the rest is not in doubt. outcomes[i] is of messages[i]. */
  | {
      readonly status: "kafka_refused";
      readonly refusal: ProduceRefusal;
      readonly outcomes: readonly MessageOutcome[];
    }
  /** Handed over, at least in part, and not acknowledged in full. outcomes[i] is of messages[i]. */
  | { readonly status: "unknown"; readonly outcomes: readonly MessageOutcome[] };

export const messageState = { queued: 0, handed: 1, acked: 2, unknown: 3, refused: 4 } as const;

export class SubmittedMessage implements Queued {
  readonly message: OutgoingMessage;
  readonly bytes: number;
  readonly index: number;
  readonly submission: Submission;

  constructor(message: OutgoingMessage, bytes: number, index: number, submission: Submission) {
    this.message = message;
    this.bytes = bytes;
    this.index = index;
    this.submission = submission;
  }

  get abandoned(): boolean {
    return this.submission.settled;
  }
}

/** The messages of one HTTP request, answered together. */
export class Submission {
  /** One messageState each. */
  readonly states: Uint8Array;
  /** Messages whose outcome is not known yet. */
  open: number;
  settled = false;
  /** The first of Kafka's refusals. */
  refusal: ProduceRefusal | undefined;
  readonly #done: (result: PublishResult) => void;

  constructor(messages: number, done: (result: PublishResult) => void) {
    this.states = new Uint8Array(messages);
    this.open = messages;
    this.#done = done;
  }

  /** Answers with what is known now: handed over but unanswered is unknown, queued is unsent. */
  settle(): Readonly<Record<MessageOutcome, number>> {
    this.settled = true;
    const total = this.states.length;
    if (total === 1 && this.states[0] === messageState.acked) {
      this.#done(allAcked);
      return { acked: 1, unknown: 0, unsent: 0, refused: 0 };
    }
    const outcomes = Array.from(this.states, outcomeOf);
    const count = { acked: 0, unknown: 0, unsent: 0, refused: 0 };
    for (const outcome of outcomes) count[outcome] += 1;
    const { refusal } = this;
    if (count.acked === total) this.#done(allAcked);
    else if (count.unsent === total) this.#done({ status: "refused", refusal: "too_late" });
    else if (refusal !== undefined && count.unknown === 0)
      this.#done({ status: "kafka_refused", refusal, outcomes });
    else this.#done({ status: "unknown", outcomes });
    return count;
  }
}

const allAcked: PublishResult = { status: "acked" };

function outcomeOf(state: number): MessageOutcome {
  if (state === messageState.acked) return "acked";
  if (state === messageState.refused) return "refused";
  return state === messageState.queued ? "unsent" : "unknown";
}
