import { Failure } from "../../../failure/failure.ts";
import { ConfigResourceTypes } from "../../kafka/client.ts";
import { createKafka } from "../../kafka/kafka-client.ts";
import { explainKafkaError } from "../../kafka/kafka-failure.ts";
import { type LogPolicy, policyRisks, readLogPolicy } from "../../kafka/log-policy.ts";
import { noPatience } from "../../kafka/patience.ts";
import { brokerListens } from "../../kafka/probe-kafka.ts";
import { withAdmin } from "../../kafka/with-admin.ts";
import type { Settings } from "../../settings/settings.ts";
import type { Check } from "./diagnosis.ts";

/** What the promise "accepted is durable" is worth on the brokers in force. */
export async function checkKafka(settings: Settings): Promise<readonly Check[]> {
  const { brokers = "", topic } = settings;
  if (!(await brokerListens(brokers))) {
    return [
      {
        name: "Kafka",
        state: "warning",
        found: `nothing listens on ${brokers}`,
        why: "commands that use it will fail",
        remedy: "`orders up`, or correct KAFKA_BROKERS",
      },
    ];
  }
  try {
    const inSync = await readMinInSync(settings);
    if (inSync === undefined)
      return [ok("Kafka", `answers on ${brokers}; there is no topic ${topic} yet`)];
    const policy = await withAdmin(doctorsKafka(settings), (admin) => readLogPolicy(admin, topic));
    return [
      ok("Kafka", `answers on ${brokers}`),
      judgeMinInSync(topic, inSync),
      ...judgeLogPolicy(topic, policy),
    ];
  } catch (error) {
    const explained = explainKafkaError(error, brokers);
    const found = explained instanceof Error ? explained.message : String(explained);
    const remedy = explained instanceof Failure ? (explained.remedy ?? null) : null;
    const why = "commands that use it will fail";
    return [{ name: "Kafka", state: "warning", found, why, remedy }];
  }
}

/** Pure. */
export function judgeMinInSync(topic: string, minInSync: number): Check {
  const name = "min.insync.replicas";
  if (minInSync > 1) return ok(name, `${minInSync} on ${topic}`);
  return {
    name,
    state: "warning",
    found: `${minInSync} on ${topic}`,
    why: "an accepted order survives the kill of a broker, not the loss of its machine or its power: one replica's acknowledgement is enough",
    remedy:
      "fine at a desk and in CI; in production use three brokers, replication factor 3 and min.insync.replicas=2",
  };
}

/** Whether Kafka takes orders out of the log before they are decided. Pure. */
export function judgeLogPolicy(topic: string, policy: LogPolicy): readonly Check[] {
  const risks = policyRisks(topic, policy);
  if (risks.length === 0)
    return [ok("cleanup.policy", `${policy.cleanup ?? "not told"} on ${topic}`)];
  return risks.map(({ setting, found, why, remedy }) => {
    return { name: setting, state: "warning", found, why, remedy };
  });
}

function readMinInSync(settings: Settings): Promise<number | undefined> {
  return withAdmin(doctorsKafka(settings), async (admin) => {
    if (!(await admin.listTopics()).includes(settings.topic)) return undefined;
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [
        {
          type: ConfigResourceTypes.TOPIC,
          name: settings.topic,
          configNames: ["min.insync.replicas"],
        },
      ],
    });
    const value = resources[0]?.configEntries[0]?.configValue;
    return value === undefined ? undefined : Number(value);
  });
}

function ok(name: string, found: string): Check {
  return { name, state: "ok", found, why: null, remedy: null };
}

/** What is wrong now is what it is asked for. */
function doctorsKafka(settings: Settings) {
  return createKafka(settings, "orders-doctor", undefined, { patience: noPatience });
}
