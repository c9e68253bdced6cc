import { type BytesJson, bytesJson, bytesText, hexDump } from "../../report/bytes-text.ts";
import { shown } from "../../report/terminal.ts";
import type { ShownLetter } from "../show-letter.ts";
import { type DeadLetterJson, deadLetterJson, seconds } from "./dead-letters.ts";

export interface DeadLetterViewJson extends DeadLetterJson {
  readonly dlq_topic: string;
  /** Outcome of the order that the message is about; null while it has none, or is none. */
  readonly order_status: string | null;
  readonly key: BytesJson;
  readonly value: BytesJson;
  /** What `orders dlq replay` would do now. */
  readonly replay: {
    readonly would: boolean;
    readonly because: string | null;
    readonly note: string;
  };
}

export function deadLetterViewJson(shown: ShownLetter, dlqTopic: string): DeadLetterViewJson {
  const { letter, contents, order, plan } = shown;
  return {
    ...deadLetterJson(letter),
    order_id: order?.id ?? null,
    dlq_topic: dlqTopic,
    order_status: order?.status ?? null,
    key: bytesJson(contents.message_key),
    value: bytesJson(contents.message_value),
    replay: { would: plan.replay, because: plan.because, note: plan.note },
  };
}

/** Everything about one letter. */
export function deadLetterText(
  { letter: row, contents, order, plan }: ShownLetter,
  dlqTopic: string,
  { hex, bytesMax }: { readonly hex: boolean; readonly bytesMax: number },
): string {
  const letter = deadLetterJson(row);
  const { message_key: key, message_value: value } = contents;
  const rows: (readonly [string, string])[] = [
    ["letter", String(letter.dead_letter_id)],
    ["message", shown(letter.source)],
    ["reason", shown(letter.reason)],
    ["detail", shown(letter.detail)],
    [
      "order",
      order === null ? "cannot be told" : shown(`${order.id}: ${order.status ?? "not decided"}`),
    ],
    ["recorded", seconds(letter.recorded_at)],
    [
      "published",
      letter.published_at === null
        ? `not yet; a running consumer publishes it to ${shown(dlqTopic)}`
        : `${seconds(letter.published_at)}, in ${shown(dlqTopic)}`,
    ],
    ["replayed", shown(replayedText(letter))],
    ["a replay", plan.replay ? "would produce it again" : `would skip it: ${shown(plan.note)}`],
    ["key", key === null ? "none" : contentsText(key, hex, bytesMax)],
    ["value", valueText(value, hex, bytesMax)],
  ];
  return rows.map(([name, text]) => `${name.padEnd(9)}  ${indented(text)}`).join("\n");
}

function replayedText(letter: DeadLetterJson): string {
  const parts: string[] = [];
  if (letter.replay_of !== null) parts.push(`it is the replay of letter ${letter.replay_of}`);
  if (letter.replay_pending) parts.push("an attempt has no result yet; the next replay finds out");
  if (letter.replayed_as !== null)
    parts.push(
      `${letter.replays} ${letter.replays === 1 ? "time" : "times"}, last ${seconds(letter.replayed_at ?? "")} as ${letter.replayed_as}`,
    );
  if (letter.dead_lettered_again_as !== null)
    parts.push(`dead-lettered again as letter ${letter.dead_lettered_again_as}`);
  return parts.join("; ") || "never";
}

function valueText(value: Buffer | null, hex: boolean, bytesMax: number): string {
  if (value === null) return "none (a tombstone)";
  if (value.length === 0) return "empty (0 bytes)";
  return `${value.length} bytes\n${contentsText(value, hex, bytesMax)}`;
}

function contentsText(bytes: Buffer, hex: boolean, bytesMax: number): string {
  const part = bytes.subarray(0, bytesMax);
  const text = hex ? `\n${hexDump(part)}`.trimStart() : bytesText(part);
  const more = bytes.length - part.length;
  return more === 0 ? text : `${text}\n… ${more} more bytes; --bytes shows more`;
}

function indented(text: string): string {
  return text.replaceAll("\n", `\n${" ".repeat(11)}`);
}
