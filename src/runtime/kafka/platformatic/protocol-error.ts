import { AuthenticationError, ResponseError } from "@platformatic/kafka";
import { KafkaJSProtocolError } from "../client.ts";

/** Kafka's own number and name of an error. */
export interface ProtocolError {
  readonly code: number;
  readonly id: string;
  /** What a broker that demands a member's id gives it. */
  readonly memberId: string | undefined;
}

/** @returns undefined where no broker has answered: a connection broke, or took too long. */
export function protocolErrorOf(error: unknown): ProtocolError | undefined {
  if (!(error instanceof ResponseError)) return undefined;
  const [first] = error.errors as { apiCode?: number; apiId?: string; memberId?: string }[];
  if (first?.apiCode === undefined) return undefined;
  return { code: first.apiCode, id: first.apiId ?? "", memberId: first.memberId || undefined };
}

/** Asking again changes nothing: a right, a login, or a group that shares in another way. */
const refusals = new Set([
  "TOPIC_AUTHORIZATION_FAILED",
  "GROUP_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
  "INCONSISTENT_GROUP_PROTOCOL",
  "INVALID_GROUP_ID",
  "INVALID_SESSION_TIMEOUT",
  "GROUP_MAX_SIZE_REACHED",
  "UNSUPPORTED_VERSION",
]);

/**
 * @returns for what no broker takes back, the error as kafkajs names it: that is how the rest of the
 *   program explains Kafka's errors. undefined for what passes.
 */
export function refusalOf(error: unknown): Error | undefined {
  if (error instanceof AggregateError && !(error instanceof ResponseError))
    return error.errors.map(refusalOf).find((found) => found !== undefined);
  const login = error instanceof AuthenticationError || isLogin(error);
  const id = login ? "SASL_AUTHENTICATION_FAILED" : (protocolErrorOf(error)?.id ?? "");
  if (!login && !refusals.has(id)) return undefined;
  return asKafkajs(id, (error as Error).message);
}

/** Of a fetch, whose errors come with the partitions. */
export function topicRefusal(): Error {
  return asKafkajs("TOPIC_AUTHORIZATION_FAILED", "Not authorized to access topics");
}

function asKafkajs(type: string, message: string): Error {
  // Its types leave out what its own code hands over.
  const said = { type, message, code: -1, retriable: false } as unknown as Error;
  return new KafkaJSProtocolError(said);
}

function isLogin(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof AuthenticationError;
}
