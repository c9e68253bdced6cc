import type { OutgoingMessage } from "../ports/log.ts";
import type { Queued } from "./partition-queues.ts";

/** Why nothing of a request was handed to Kafka. */
export type Refusal = "queue_full" | "not_connected" | "stopping" | "too_late";

export type MessageOutcome = "acked" | "unknown" | "unsent";

export type PublishResult =
  | { readonly status: "acked" }
  | { readonly status: "refused"; readonly refusal: Refusal }
  /** Handed over, at least in part, and not acknowledged in full. outcomes[i] is of messages[i]. */
  | { readonly status: "unknown"; readonly outcomes: readonly MessageOutcome[] };

export const messageState = { queued: 0, handed: 1, acked: 2, unknown: 3 } as const;

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
  readonly #done: (result: PublishResult) => void;

  constructor(messages: number, done: (result: PublishResult) => void) {
    this.states = new Uint8Array(messages);
    this.open = messages;
    this.#done = done;
  }

  /** Answers with what is known now: handed over but unanswered is unknown, queued is unsent. */
  settle(): { acked: number; unknown: number; unsent: number } {
    this.settled = true;
    const total = this.states.length;
    if (total === 1 && this.states[0] === messageState.acked) {
      this.#done(allAcked);
      return { acked: 1, unknown: 0, unsent: 0 };
    }
    const outcomes = Array.from(this.states, outcomeOf);
    const acked = outcomes.filter((outcome) => outcome === "acked").length;
    const unsent = outcomes.filter((outcome) => outcome === "unsent").length;
    if (acked === total) this.#done(allAcked);
    else if (unsent === total) this.#done({ status: "refused", refusal: "too_late" });
    else this.#done({ status: "unknown", outcomes });
    return { acked, unsent, unknown: total - acked - unsent };
  }
}

const allAcked: PublishResult = { status: "acked" };

function outcomeOf(state: number): MessageOutcome {
  if (state === messageState.acked) return "acked";
  return state === messageState.queued ? "unsent" : "unknown";
}
