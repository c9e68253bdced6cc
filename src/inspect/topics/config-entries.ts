import { type Admin, ConfigResourceTypes } from "../../runtime/kafka/client.ts";

export interface ConfigEntry {
  readonly name: string;
  /** null for secrets. */
  readonly value: string | null;
  /** Who says so: this topic, the cluster's or the broker's configuration, or Kafka's default. */
  readonly source: "topic" | "cluster" | "broker" | "default" | "unknown";
  readonly is_default: boolean;
}

/** https://kafka.apache.org: ConfigEntry.ConfigSource */
const sources: Readonly<Record<number, ConfigEntry["source"]>> = {
  1: "topic",
  2: "broker",
  3: "cluster",
  4: "broker",
  5: "default",
};

/** @returns every entry by topic. */
export async function configEntries(
  admin: Admin,
  topics: readonly string[],
): Promise<ReadonlyMap<string, readonly ConfigEntry[]>> {
  if (topics.length === 0) return new Map();
  const type = ConfigResourceTypes.TOPIC;
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type, name })),
  });
  return new Map(
    resources.map(({ resourceName, configEntries: entries }) => [
      resourceName,
      entries.map((entry) => {
        // The types lag behind: since Kafka 1.1 the source is a number of its own.
        const { configSource } = entry as unknown as { readonly configSource?: number };
        return {
          name: entry.configName,
          value: entry.isSensitive ? null : entry.configValue,
          source: sources[configSource ?? -1] ?? "unknown",
          is_default: entry.isDefault,
        };
      }),
    ]),
  );
}
