import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { topicRanges } from "../runtime/kafka/topics.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import type { World } from "./world.ts";

/** The group says to Kafka that it has read all that the topic holds. */
export async function commitToKafka({ settings, source }: World): Promise<void> {
  const kafka = createKafka(settings, "orders-prove");
  const { topic, group: groupId } = source;
  const ranges = await topicRanges(kafka, topic);
  await withAdmin(kafka, (admin) =>
    admin.setOffsets({
      ...{ groupId, topic },
      partitions: ranges.map(({ partition, high }) => ({ partition, offset: String(high) })),
    }),
  );
}
