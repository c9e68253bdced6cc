import type { EachBatchPayload } from "kafkajs";
import type { Fetched } from "../../ports/group-consumer.ts";
import type { FetchedMessage, LogHole } from "../../ports/log.ts";

/** The offset that was asked for; kafkajs has it on every batch, its types do not say so. */
export function fetchedOffset(batch: EachBatchPayload["batch"]): number {
  return Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
}

type KafkaMessage = Pick<
  EachBatchPayload["batch"]["messages"][number],
  "offset" | "timestamp" | "key" | "value"
> & {
  readonly sizeBytes?: number;
  /** Where the log has no record: see records/log-hole.ts. */
  readonly hole?: LogHole;
};

/** As kafkajs has it, with what its types leave out. */
export interface KafkaBatch {
  /** Those that are data, from the offset on that was asked for. */
  readonly messages: readonly KafkaMessage[];
  /** Before aborted and control records were left out. */
  readonly rawMessages: readonly {
    readonly offset: string;
    readonly batchContext?: { readonly firstOffset: string };
  }[] & { readonly hasHoles?: true };
  lastOffset(): string;
}

/**
 * @param from the offset that was asked for, and that the log must go on with.
 * @param accepts told of every hole met; one that it accepts is passed over.
 */
export function readFetched(
  batch: KafkaBatch,
  from: number,
  accepts: (hole: LogHole) => boolean,
): Fetched {
  const { messages, rawMessages } = batch;
  const all = { next: Number(batch.lastOffset()) + 1, hole: undefined };
  const first = rawMessages[0];
  const begin = Number(first?.batchContext?.firstOffset ?? first?.offset ?? from);
  if (begin > from) {
    const hole: LogHole = { kind: "missing", from, to: begin - 1 };
    if (!accepts(hole)) return { messages: [], next: from, hole };
  }
  if (rawMessages.hasHoles !== true) return { ...all, messages: messages.map(toMessage) };
  const whole: FetchedMessage[] = [];
  let accepted: LogHole | undefined;
  for (const message of messages) {
    if (message.hole === undefined) {
      whole.push(toMessage(message));
      continue;
    }
    // It stands at both ends of what it covers.
    if (message.hole === accepted) continue;
    const hole = { ...message.hole, from: Math.max(from, message.hole.from) };
    if (!accepts(hole)) return { messages: whole, next: hole.from, hole };
    accepted = message.hole;
  }
  return { ...all, messages: whole };
}

/** Asks for key and value only when somebody else does: see kafkajs-internals/fetch-response.ts. */
class Message implements FetchedMessage {
  readonly offset: number;
  readonly timestampMs: number;
  readonly sizeBytes: number;
  readonly #message: KafkaMessage;

  constructor(message: KafkaMessage) {
    this.offset = Number(message.offset);
    this.timestampMs = Number(message.timestamp);
    this.sizeBytes = message.sizeBytes ?? (message.key?.length ?? 0) + (message.value?.length ?? 0);
    this.#message = message;
  }

  get key(): Buffer | null {
    return this.#message.key;
  }

  get value(): Buffer | null {
    return this.#message.value;
  }
}

function toMessage(message: KafkaMessage): FetchedMessage {
  return new Message(message);
}
