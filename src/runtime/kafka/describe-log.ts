import type { Admin, Kafka } from "kafkajs";
import { Failure } from "../../failure/failure.ts";
import type { Settings } from "../settings/settings.ts";
import { demandTopic } from "./demand-topic.ts";
import { explainKafkaError, isKafkaRefusal } from "./kafka-failure.ts";
import { readLogState } from "./log-state.ts";
import { isUnknownTopic, untilPassed } from "./patience.ts";

/** Long enough for an election on a busy machine; whoever supervises it starts it again. */
const readableWithinMs = 60_000;

/**
 * Waits until the topic can be read.
 * @returns the cluster's id.
 * @throws Failure("environment") when there is no such topic, or Kafka does not let it be read.
 */
export async function describeLog(
  admin: Admin,
  kafka: Kafka,
  { topic, brokers }: Pick<Settings, "topic" | "brokers">,
  { signal, log }: { readonly signal: AbortSignal; readonly log: (line: string) => void },
): Promise<string> {
  const patience = {
    withinMs: readableWithinMs,
    signal,
    onWait: ({ message }: Error) => log(`Kafka: ${message}; waiting until ${topic} can be read`),
  };
  try {
    return await untilPassed(patience, async () => {
      await admin.connect();
      const { clusterId } = await admin.describeCluster();
      await readLogState(kafka, topic).catch(async (error: unknown) => {
        // Waited for only where it was just made.
        if (isUnknownTopic(error)) await demandTopic(admin, topic);
        throw error;
      });
      return clusterId;
    });
  } catch (cause) {
    signal.throwIfAborted();
    if (cause instanceof Failure) throw cause;
    if (isKafkaRefusal(cause)) throw explainKafkaError(cause, brokers);
    throw new Failure(
      "environment",
      {
        what: `the topic ${topic} cannot be read from ${brokers}: ${cause instanceof Error ? cause.message : String(cause)}`,
        meaning: "nothing was consumed",
        remedy:
          "check that the stack is up (`orders status`) and the topic exists; `orders up` makes both",
      },
      { cause },
    );
  }
}
