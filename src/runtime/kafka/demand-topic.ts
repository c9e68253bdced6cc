import type { Admin } from "kafkajs";
import { closestName } from "../../failure/closest-name.ts";
import { Failure } from "../../failure/failure.ts";

/**
 * Asked for by name, a topic that is not there would be looked for again and again.
 * @throws Failure("environment") when there is no such topic, with the one that may be meant.
 */
export async function demandTopic(admin: Admin, topic: string): Promise<void> {
  const topics = await admin.listTopics();
  if (topics.includes(topic)) return;
  const meant = closestName(topic, topics);
  throw new Failure("environment", {
    what: `Kafka has no topic ${topic}${meant === undefined ? "" : `; did you mean ${meant}?`}`,
    remedy:
      "`orders topic list` shows what there is; `orders up` creates the pipeline's topics; one that this user may not DESCRIBE (ACLs) looks the same",
  });
}
