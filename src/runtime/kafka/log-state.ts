import kafkajs, { type Kafka } from "kafkajs";
import type { LogState } from "../../ports/log.ts";
import { readUncommitted, withCluster } from "./kafkajs-internals/kafka-cluster.ts";
import { readTopicId } from "./kafkajs-internals/topic-id.ts";
import { topicRanges } from "./topics.ts";

const attemptsMax = 10;

/** Positions of the log and the id of the topic that they are of. */
export async function readLogState(kafka: Kafka, topic: string): Promise<LogState> {
  return withCluster(kafka, {}, async ({ brokerPool }) => {
    const topicId = () => readTopicId(brokerPool.seedBroker, topic);
    let before = await topicId();
    for (let attempt = 0; attempt < attemptsMax; attempt++) {
      const ranges = await topicRanges(kafka, topic);
      const after = await topicId();
      if (after === before) return { topicId: after, ranges };
      // Made anew in between: the positions may be of either.
      before = after;
    }
    throw new kafkajs.KafkaJSError(`the topic ${topic} is made anew again and again`);
  });
}

/**
 * The end of what was written, by partition, also behind transactions that are still open: other
 * positions here are those up to which a consumer may read.
 */
export async function writtenEnds(
  kafka: Kafka,
  topic: string,
): Promise<ReadonlyMap<number, number>> {
  return withCluster(kafka, { isolationLevel: readUncommitted }, async (cluster) => {
    await cluster.addTargetTopic(topic);
    await cluster.refreshMetadataIfNecessary();
    const partitions = cluster
      .findTopicPartitionMetadata(topic)
      .map(({ partitionId }) => ({ partition: partitionId }));
    const [found] = await cluster.fetchTopicsOffset([{ topic, fromBeginning: false, partitions }]);
    return new Map(found?.partitions.map((end) => [end.partition, Number(end.offset)]));
  });
}
