import { Failure } from "../../failure/failure.ts";
import { explainKafkaError, isKafkaRefusal } from "../../runtime/kafka/kafka-failure.ts";
import {
  explainDatabaseError,
  isDatabaseRefusal,
} from "../../runtime/postgres/database-failure.ts";
import type { Settings } from "../../runtime/settings/settings.ts";

/**
 * Runs work that needs a service; when that fails for the service's sake, says which and what to do.
 * @throws Failure("environment") in place of the service's own error; aborts and Failures as they are.
 */
export async function reaching<T>(
  service: string,
  remedy: string,
  work: () => Promise<T>,
  at: Addresses = {},
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Failure || isAbort(cause)) throw cause;
    if (isKafkaRefusal(cause) || isDatabaseRefusal(cause)) throw explainServiceError(cause, at);
    throw new Failure(
      "environment",
      {
        what: `${service} cannot be used: ${sentenceOf(cause)}`,
        meaning: "the audit needs it for its evidence",
        remedy,
      },
      { cause },
    );
  }
}

type Addresses = Partial<Pick<Settings, "brokers" | "databaseUrl">>;

/**
 * Sorts an error that came up in the middle: what Kafka or PostgreSQL caused becomes a Failure that
 * says so; everything else is a bug and stays as it is.
 */
export function explainServiceError(error: unknown, { brokers, databaseUrl }: Addresses): unknown {
  if (error instanceof Failure || isAbort(error)) return error;
  return explainDatabaseError(explainKafkaError(error, brokers), databaseUrl);
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

/** Connection errors of several addresses come as one without a message. */
function sentenceOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) {
    return sentenceOf(error.errors[0]);
  }
  return error instanceof Error ? error.message || error.name : String(error);
}
