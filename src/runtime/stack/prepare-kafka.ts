import { askKafka, brokerListens, produceAndConsume } from "../kafka/probe-kafka.ts";
import { ensureTopics, pipelineTopicsNamed } from "../kafka/topics.ts";
import type { Preparation, Proof } from "./services/preparation.ts";

/** Until Kafka answers for its metadata and for groups; then the topics. */
export async function prepareKafka(preparation: Preparation): Promise<void> {
  const { kafka, settings, progress, untilItAnswers } = preparation;
  const { brokers = "", group } = settings;
  progress("kafka", "waiting until it answers");
  await untilItAnswers(async () => {
    // Cheap to ask often; the client would pause longer and longer between its tries.
    if (!(await brokerListens(brokers))) throw new Error(`nothing listens on ${brokers}`);
    await askKafka(kafka, group);
  });
  progress("topics", "creating");
  progress("topics", await createTopics(preparation), true);
}

async function createTopics({ kafka, settings, needs }: Preparation): Promise<string> {
  const { topic, dlqTopic } = settings;
  const { created, smaller } = await ensureTopics(kafka, [
    ...pipelineTopicsNamed(topic, dlqTopic),
    ...needs.topics,
  ]);
  const few = smaller.map((t) => `${t.topic} has ${t.found} partitions, not ${t.wanted}`);
  return [`${created.length} created`, ...few].join("; ");
}

/** A real message through Kafka and back. Brokers that we did not start get no topic for that. */
export async function probeKafka({ own, kafka, settings, wait, progress }: Proof): Promise<void> {
  if (own) {
    progress("kafka", "sending a probe message through it");
    await produceAndConsume(kafka, wait);
  }
  progress("kafka", settings.brokers ?? "", true);
}
