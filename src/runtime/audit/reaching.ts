import { Failure } from "../../failure/failure.ts";
import { explainDatabaseError } from "../database/database-failure.ts";

/**
 * Runs work that needs a service; when that fails for the service's sake, says which and what to do.
 * @throws Failure("environment") in place of the service's own error; aborts and Failures as they are.
 */
export async function reaching<T>(
  service: string,
  remedy: string,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof Failure || isAbort(cause)) throw cause;
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

/**
 * Sorts an error that came up in the middle: what Kafka or PostgreSQL caused becomes a Failure that
 * says so; everything else is a bug and stays as it is.
 */
export function explainServiceError(error: unknown, databaseUrl: string | undefined): unknown {
  if (error instanceof Failure || isAbort(error)) return error;
  if (error instanceof Error && error.name.startsWith("KafkaJS")) {
    return new Failure(
      "environment",
      {
        what: `Kafka failed during the audit: ${error.message}`,
        meaning: "the evidence is incomplete, so there is no verdict",
        remedy: "see `orders status`, then run it again",
      },
      { cause: error },
    );
  }
  return explainDatabaseError(error, databaseUrl);
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
