import kafkajs, { type Admin } from "kafkajs";

/**
 * @returns the most bytes that the topic takes in one batch: its max.message.bytes (the brokers'
 *   message.max.bytes where it has none of its own), and no more than a segment.
 * @throws kafkajs's errors, also for a user who may not ask.
 */
export async function readTopicLimit(admin: Admin, topic: string): Promise<number | undefined> {
  const configNames = ["max.message.bytes", "segment.bytes"];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic, configNames }],
  });
  const values = (resources[0]?.configEntries ?? [])
    .filter(({ configName }) => configNames.includes(configName))
    .map(({ configValue }) => Number(configValue))
    .filter((value) => Number.isSafeInteger(value) && value > 0);
  return values.length === 0 ? undefined : Math.min(...values);
}
