/** What a network does to a connection, by Node's codes. None of it can be a mistake of a program. */
const brokenBy: Readonly<Record<string, string>> = {
  ECONNRESET: "the other side reset a connection",
  ECONNREFUSED: "nothing listens there",
  ECONNABORTED: "a connection was aborted",
  EPIPE: "the other side had closed a connection",
  ETIMEDOUT: "a connection timed out",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ENETDOWN: "the network is down",
  ENOTFOUND: "the name of the host is not known",
  EAI_AGAIN: "the name of the host cannot be looked up now",
};

/**
 * Pure. Which connection broke, and how: wherever such an error turns up, the environment is its cause.
 * @returns undefined for every other error.
 */
export function brokenConnection(error: NodeJS.ErrnoException): string | undefined {
  const how = brokenBy[error.code ?? ""];
  // kafkajs's errors carry a code too, or wrap one that does.
  const isKafka = error.name.startsWith("KafkaJS");
  if (isKafka) return `Kafka cannot be used: ${error.message}`;
  return how === undefined ? undefined : `${how}: ${error.message}`;
}
