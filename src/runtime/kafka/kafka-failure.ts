import kafkajs from "kafkajs";
import { Failure } from "../../failure/failure.ts";

/** Says in words that Kafka, not orders, is the trouble; errors from elsewhere are returned as they are. */
export function explainKafkaError(error: unknown, brokers: string | undefined): unknown {
  if (!(error instanceof kafkajs.KafkaJSError)) return error;
  return new Failure(
    "environment",
    {
      what: `Kafka at ${brokers ?? "(no address)"} cannot be used: ${error.message}`,
      remedy:
        "check that it runs (`orders status`, `orders logs kafka`) and that KAFKA_BROKERS and its security settings are right",
    },
    { cause: error },
  );
}
