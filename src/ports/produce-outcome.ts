/**
 * What Kafka's answer to Produce says of the messages, by error code: sorted once, for the intake, the
 * load and the audits. https://kafka.apache.org/protocol#protocol_error_codes
 *
 * - `final`: refused before anything was appended, and again however often it is sent.
 * - `passing`: refused before anything was appended; later, or by another producer, it may go through.
 * - unknown, everything else and every code that is not here: it may have been appended. Among them are
 *   some that look certain: a leader that steps down, or loses its disk or its topic, while it waits for
 *   the other replicas answers with the same codes as one that never was the leader.
 */
const refusals: ReadonlyMap<number, ProduceRefusal> = new Map(
  (
    [
      [2, "passing", "CORRUPT_MESSAGE", "the messages arrived damaged"],
      [10, "final", "MESSAGE_TOO_LARGE", "larger than the topic's max.message.bytes"],
      [17, "final", "INVALID_TOPIC_EXCEPTION", "the topic may not be written to"],
      [18, "final", "RECORD_LIST_TOO_LARGE", "larger than the topic's segment.bytes"],
      [19, "passing", "NOT_ENOUGH_REPLICAS", "fewer replicas are in sync than min.insync.replicas"],
      [21, "final", "INVALID_REQUIRED_ACKS", "the brokers do not take acks=all"],
      [29, "final", "TOPIC_AUTHORIZATION_FAILED", "this user may not write to the topic"],
      [31, "final", "CLUSTER_AUTHORIZATION_FAILED", "this user may not write idempotently"],
      [32, "final", "INVALID_TIMESTAMP", "the topic does not take messages of this time"],
      [33, "final", "UNSUPPORTED_SASL_MECHANISM", "the brokers do not take this login"],
      [34, "final", "ILLEGAL_SASL_STATE", "the brokers do not take this login"],
      [35, "final", "UNSUPPORTED_VERSION", "the brokers do not take this kind of request"],
      [42, "final", "INVALID_REQUEST", "the brokers do not take this request"],
      [43, "final", "UNSUPPORTED_FOR_MESSAGE_FORMAT", "the topic's message format is too old"],
      [44, "final", "POLICY_VIOLATION", "a policy of the brokers forbids it"],
      [45, "passing", "OUT_OF_ORDER_SEQUENCE_NUMBER", "the producer's numbering was lost"],
      [47, "passing", "INVALID_PRODUCER_EPOCH", "another producer has taken this one's place"],
      [48, "passing", "INVALID_TXN_STATE", "the producer's state does not allow it"],
      [49, "passing", "INVALID_PRODUCER_ID_MAPPING", "the brokers do not know this producer"],
      [53, "final", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED", "this user may not write so"],
      [54, "final", "SECURITY_DISABLED", "the brokers have no security"],
      [58, "final", "SASL_AUTHENTICATION_FAILED", "the login was refused"],
      [59, "passing", "UNKNOWN_PRODUCER_ID", "the brokers have forgotten this producer"],
      [76, "final", "UNSUPPORTED_COMPRESSION_TYPE", "the topic does not take this compression"],
      [87, "final", "INVALID_RECORD", "the brokers' checks refuse the message"],
      [89, "passing", "THROTTLING_QUOTA_EXCEEDED", "a quota is used up"],
      [90, "passing", "PRODUCER_FENCED", "another producer has taken this one's place"],
    ] as const
  ).map(([code, kind, name, meaning]) => [
    code,
    {
      ...{ code: name, meaning, final: kind === "final" },
      tooLarge: code === 10 || code === 18,
      perMessage: code === 10 || code === 18 || code === 87,
    },
  ]),
);

/** Kafka certainly appended nothing. */
export interface ProduceRefusal {
  /** Kafka's name of it. */
  readonly code: string;
  /** The same message will be refused again, until somebody changes the topic, the rights or it. */
  readonly final: boolean;
  /** It, or the batch it was in, is too large. */
  readonly tooLarge: boolean;
  /** One message may be at fault for all of its batch: alone, the others may go through. */
  readonly perMessage: boolean;
  /** In words, without a full stop. */
  readonly meaning: string;
}

/** @returns undefined when the messages may have been appended. */
export function refusalOf(errorCode: number): ProduceRefusal | undefined {
  return refusals.get(errorCode);
}

/** Never handed over, since there was no connection or no time any more. */
export const notHandedOver: ProduceRefusal = {
  code: "NOT_SENT",
  final: false,
  tooLarge: false,
  perMessage: false,
  meaning: "Kafka could not be reached in time",
};

export type SendOutcome = "acked" | "unknown" | ProduceRefusal;

/** A send that was not acknowledged in full, and what is known of each message all the same. */
export class SendFailed extends Error {
  /** outcomes[i] is of messages[i]. */
  readonly outcomes: readonly SendOutcome[];

  constructor(reason: string, outcomes: readonly SendOutcome[], cause: unknown) {
    super(reason, { cause });
    this.name = "SendFailed";
    this.outcomes = outcomes;
  }
}

/** @returns what a rejected `send` says of each of its messages. */
export function outcomesOf(error: unknown, messages: number): readonly SendOutcome[] {
  if (error instanceof SendFailed) return error.outcomes;
  return Array.from({ length: messages }, () => "unknown" as const);
}
