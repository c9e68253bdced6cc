import type { Kafka } from "../../runtime/kafka/client.ts";
import type { EventLog } from "../ports.ts";
import { openTopic } from "./open-topic.ts";

export interface OpenEventLog extends EventLog {
  close(): Promise<void>;
}

/**
 * Reads the topic of events; changes nothing.
 * @param kafka a client of this reader's own.
 * @throws Failure("environment") when there is no such topic.
 */
export async function openEventLog(kafka: Kafka, topic: string): Promise<OpenEventLog> {
  const { ranges, read, close } = await openTopic(kafka, topic);
  return {
    ...{ topic, ranges, close },
    messages: (spans) =>
      read(spans, ({ partition, offset, timestampMs, value }) => {
        return { partition, offset, timestampMs, value };
      }),
  };
}
