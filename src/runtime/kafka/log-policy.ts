import kafkajs, { type Admin } from "kafkajs";

/** What Kafka itself takes out of a topic's log. */
export interface LogPolicy {
  /** `delete`, `compact`, or both; undefined where Kafka does not say. */
  readonly cleanup: string | undefined;
  /** How long messages are kept; undefined for ever, or where Kafka does not say. */
  readonly retentionMs: number | undefined;
}

/** @throws kafkajs's errors, also where this client may not ask. */
export async function readLogPolicy(admin: Admin, topic: string): Promise<LogPolicy> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configNames: ["cleanup.policy", "retention.ms"],
      },
    ],
  });
  const entries = new Map(
    (resources[0]?.configEntries ?? []).map((entry) => [entry.configName, entry.configValue]),
  );
  const retentionMs = Number(entries.get("retention.ms") ?? -1);
  return {
    cleanup: entries.get("cleanup.policy"),
    retentionMs: retentionMs < 0 ? undefined : retentionMs,
  };
}

export interface PolicyRisk {
  readonly setting: "cleanup.policy" | "retention.ms";
  readonly found: string;
  readonly why: string;
  readonly remedy: string;
}

/** A consumer that is away for a short while must not lose orders. */
const retentionMsMin = 3_600_000;

/** What of the policy loses undecided orders. Pure. */
export function policyRisks(topic: string, { cleanup, retentionMs }: LogPolicy): PolicyRisk[] {
  const risks: PolicyRisk[] = [];
  const policies = cleanup?.split(",").map((each) => each.trim());
  if (policies?.includes("compact"))
    risks.push({
      setting: "cleanup.policy",
      found: `${cleanup} on ${topic}`,
      why: "compaction takes out every order of a customer but the newest, decided or not",
      remedy: `set it to delete: kafka-configs --alter --topic ${topic} --add-config cleanup.policy=delete`,
    });
  else if (policies !== undefined && !policies.includes("delete"))
    risks.push({
      setting: "cleanup.policy",
      found: `${cleanup === "" ? "empty" : cleanup} on ${topic}`,
      why: "orders only knows what `delete` does to undecided orders; without it the log also grows without a limit",
      remedy: `set it to delete: kafka-configs --alter --topic ${topic} --add-config cleanup.policy=delete`,
    });
  if (retentionMs !== undefined && retentionMs < retentionMsMin && policies?.includes("delete"))
    risks.push({
      setting: "retention.ms",
      found: `${retentionMs} ms on ${topic}`,
      why: "orders that wait for longer are deleted undecided: an outage of the consumers or the database of that length is enough",
      remedy: `keep them for a day or more: kafka-configs --alter --topic ${topic} --add-config retention.ms=604800000`,
    });
  return risks;
}
