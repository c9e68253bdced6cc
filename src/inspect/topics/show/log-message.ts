import type { LogMessage } from "../../../ports/log.ts";
import { bytesJson, bytesText } from "../../../report/bytes-text.ts";

/** One document per message. */
export interface LogMessageJson {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** As the producer or, by the topic's settings, the broker wrote it. */
  readonly timestamp: string;
  /** Text, or base64 where the bytes are no UTF-8: `key_encoding` says which; null: there is none. */
  readonly key: string | null;
  readonly key_encoding: "utf8" | "base64" | null;
  readonly value: string | null;
  readonly value_encoding: "utf8" | "base64" | null;
  /** Bytes that are no UTF-8 as \xNN; a name may occur several times. */
  readonly headers: readonly { readonly name: string; readonly value: string }[];
}

export function logMessageJson(topic: string, message: LogMessage): LogMessageJson {
  const key = bytesJson(message.key);
  const value = bytesJson(message.value);
  return {
    topic,
    partition: message.partition,
    offset: message.offset,
    timestamp: timeText(message.timestampMs),
    key: key.text,
    key_encoding: key.encoding,
    value: value.text,
    value_encoding: value.encoding,
    headers: headersOf(message),
  };
}

/**
 * One line: time, partition/offset, key, value, headers.
 * @param bytesMax of the value that are shown.
 */
export function logMessageText(message: LogMessage, bytesMax: number): string {
  const { partition, offset, timestampMs, key, value } = message;
  const headers = headersOf(message).map((header) => `${header.name}=${header.value}`);
  return [
    timeText(timestampMs),
    `${partition}/${offset}`,
    key === null ? "(no key)" : bytesText(key),
    value === null ? "(no value: a tombstone)" : valueText(value, bytesMax),
    ...(headers.length === 0 ? [] : [`[${headers.join(" ")}]`]),
  ].join("  ");
}

function valueText(value: Buffer, bytesMax: number): string {
  if (value.length === 0) return "(0 bytes)";
  const more = value.length - bytesMax;
  const text = bytesText(value.subarray(0, bytesMax));
  return more > 0 ? `${text}… (${more} more bytes)` : text;
}

function headersOf({ headers }: LogMessage): LogMessageJson["headers"] {
  return Object.entries(headers).flatMap(([name, values]) =>
    [values ?? []].flat().map((value) => ({
      name: bytesText(Buffer.from(name)),
      value: bytesText(Buffer.from(value)),
    })),
  );
}

/** A producer may write any number; outside of what a date can be, the number is shown. */
function timeText(ms: number): string {
  return Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : `${ms} ms`;
}
