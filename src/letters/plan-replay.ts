import { parseOrderMessage } from "../order/order-message.ts";
import type { OutcomeRow } from "./sql/decided-orders.ts";
import type { LetterContents } from "./sql/letter-contents.ts";
import type { LetterRow } from "./sql/select-letters.ts";

/** Why a letter is not produced again unless it is forced. */
export type SkipReason =
  | "other_topic"
  | "whole_batch"
  | "attempt_pending"
  | "dead_lettered_again"
  | "order_decided"
  | "replayed_before"
  | "attempt_unknown"
  | "still_refused";

export interface ReplayPlan {
  readonly replay: boolean;
  /** What speaks against it; with --force it is done all the same. */
  readonly because: SkipReason | null;
  /** One sentence for a person; empty when nothing speaks against it. */
  readonly note: string;
}

/** The order that a letter's message is about, if that can be told. */
export function orderIdOf(letter: LetterRow, { message_value }: LetterContents): string | null {
  const parsed = parseOrderMessage(message_value, 0);
  return parsed.ok ? parsed.order.orderId : letter.order_id;
}

/** Never overruled by force: it would go to the wrong topic, is under way, or is no message. */
const final: readonly SkipReason[] = ["other_topic", "attempt_pending", "whole_batch"];

/**
 * Pure: whether a letter is produced again.
 * @param topic the orders' topic: letters of another are not ours to replay.
 * @param decided the outcome of the letter's order, if there is one by now.
 */
export function planReplay(
  letter: LetterRow,
  contents: LetterContents,
  options: {
    readonly topic: string;
    readonly decided: OutcomeRow | undefined;
    readonly force: boolean;
  },
): ReplayPlan {
  const against = objection(letter, contents, options);
  if (against === undefined) return { replay: true, because: null, note: "" };
  const replay = options.force && !final.includes(against.because);
  return { ...against, replay };
}

function objection(
  letter: LetterRow,
  { message_value }: LetterContents,
  { topic, decided }: { readonly topic: string; readonly decided: OutcomeRow | undefined },
): { readonly because: SkipReason; readonly note: string } | undefined {
  if (letter.source_topic !== topic) {
    const note = `it comes from the topic ${letter.source_topic}; --topic ${letter.source_topic} replays it`;
    return { because: "other_topic", note };
  }
  if (letter.reason === "undecodable_batch") {
    const note =
      "it is a batch that nobody could decode, not a message; it cannot be produced again";
    return { because: "whole_batch", note };
  }
  const replayed = replayedAs(letter);
  if (letter.again_id !== null) {
    const note = `${replayed}, dead-lettered again as letter ${letter.again_id}`;
    return { because: "dead_lettered_again", note };
  }
  if (decided !== undefined) {
    const since = replayed === undefined ? "" : `${replayed}; `;
    return { because: "order_decided", note: `${since}${decidedText(letter, decided)}` };
  }
  if (replayed !== undefined)
    return { because: "replayed_before", note: `${replayed}; it is not decided yet` };
  if (letter.replay_topic !== null && letter.replay_result === null)
    return { because: "attempt_pending", note: "an attempt has no result yet" };
  if (letter.replay_result === "unknown") {
    const note = "an earlier attempt may have produced it: the log no longer tells";
    return { because: "attempt_unknown", note };
  }
  const parsed = parseOrderMessage(message_value, 0);
  if (parsed.ok) return undefined;
  const { reason, detail } = parsed.invalid;
  return {
    because: "still_refused",
    note: `this version of orders would dead-letter it again: ${reason}, ${detail}`,
  };
}

function replayedAs(letter: LetterRow): string | undefined {
  if (letter.replay_result !== "produced") return undefined;
  return `replayed as ${letter.replay_topic}/${letter.replay_partition}/${letter.replay_offset}`;
}

function decidedText(letter: LetterRow, decided: OutcomeRow): string {
  const { status, rejection_reason, source_partition, source_offset } = decided;
  const why = rejection_reason === null ? "" : ` (${rejection_reason})`;
  const where =
    source_partition === null ? "" : `, by message ${source_partition}/${source_offset}`;
  const outcome = `order ${decided.order_id} is decided: ${status}${why}${where}`;
  return letter.reason === "conflicting_duplicate"
    ? `${outcome}; with other content than this letter's, which would be dead-lettered again`
    : outcome;
}
