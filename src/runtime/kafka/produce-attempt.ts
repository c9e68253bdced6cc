import { type ProduceRefusal, refusalOf } from "../../ports/produce-outcome.ts";

/**
 * What Kafka answered to one send, partition by partition, over all its retries. kafkajs throws the
 * first error of an answer and forgets the rest of it: which partitions were acknowledged, and that
 * another was refused for certain.
 */
export class ProduceAttempt {
  readonly #patientUntilMs: number;
  readonly #partitions = new Map<number, PartitionAnswers>();

  /** @param patientUntilMs until when (performance.now) a refusal that may pass is tried again. */
  constructor(patientUntilMs = Number.POSITIVE_INFINITY) {
    this.#patientUntilMs = patientUntilMs;
  }

  /** Whether nothing is to be gained by sending it again as it is. */
  settledBy(errorCode: number): boolean {
    if (errorCode === 0) return true;
    const refusal = refusalOf(errorCode);
    if (refusal === undefined) return false;
    return refusal.final || performance.now() >= this.#patientUntilMs;
  }

  /** A request with this partition is about to be written. */
  asked(partition: number): void {
    this.#of(partition).unanswered += 1;
  }

  answered(partition: number, errorCode: number): void {
    const answers = this.#of(partition);
    const refusal = refusalOf(errorCode);
    if (errorCode === 0) answers.acked = true;
    else if (refusal === undefined) return;
    else answers.refusal = refusal;
    answers.unanswered -= 1;
  }

  /** "unasked": never written to a connection. */
  of(partition: number): "acked" | "unknown" | "unasked" | ProduceRefusal {
    const answers = this.#partitions.get(partition);
    if (answers === undefined) return "unasked";
    if (answers.acked) return "acked";
    // An earlier request without an answer may have appended what a later one was refused for; but
    // not what is refused for its own bytes, which were the same.
    if (answers.refusal?.perMessage === true) return answers.refusal;
    return answers.unanswered > 0 ? "unknown" : (answers.refusal ?? "unknown");
  }

  /** Of a send that is of one partition only. */
  whole(): "acked" | "unknown" | "unasked" | ProduceRefusal {
    const [partition] = this.#partitions.keys();
    return partition === undefined ? "unasked" : this.of(partition);
  }

  #of(partition: number): PartitionAnswers {
    let answers = this.#partitions.get(partition);
    if (answers === undefined) {
      answers = { unanswered: 0, acked: false, refusal: undefined };
      this.#partitions.set(partition, answers);
    }
    return answers;
  }
}

interface PartitionAnswers {
  /** Requests that may have been appended and did not say. */
  unanswered: number;
  acked: boolean;
  /** The last one. */
  refusal: ProduceRefusal | undefined;
}

interface Asked {
  readonly topicData: readonly {
    readonly partitions: readonly {
      readonly partition: number;
      readonly messages: readonly { readonly attempt?: unknown }[];
    }[];
  }[];
}

interface Answered {
  readonly topics: readonly {
    readonly partitions: readonly { readonly partition: number; readonly errorCode: number }[];
  }[];
}

export interface ResponseReader {
  decode(bytes: Buffer): Promise<unknown>;
  parse(data: unknown): Promise<unknown>;
}

/**
 * Makes a produce request tell the attempt that its messages carry (as `attempt`). An answer whose
 * errors are all final then is one: there is nothing to retry, and what was acknowledged stays so.
 * Requests of other senders are left as they are.
 */
export function watchedResponse({ topicData }: Asked, response: ResponseReader): ResponseReader {
  const attempt = topicData[0]?.partitions[0]?.messages[0]?.attempt;
  if (!(attempt instanceof ProduceAttempt)) return response;
  for (const { partitions } of topicData) {
    for (const { partition } of partitions) attempt.asked(partition);
  }
  return {
    decode: (bytes) => response.decode(bytes),
    async parse(data) {
      let retried: number | undefined;
      for (const { partitions } of (data as Answered).topics) {
        for (const { partition, errorCode } of partitions) {
          attempt.answered(partition, errorCode);
          if (!attempt.settledBy(errorCode)) retried ??= errorCode;
        }
      }
      if (retried === undefined) return data;
      // kafkajs's own error, which its retrier knows what to do with.
      return response.parse({ topics: [{ partitions: [{ partition: 0, errorCode: retried }] }] });
    },
  };
}
