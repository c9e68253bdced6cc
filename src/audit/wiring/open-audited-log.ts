import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { type OpenLogReader, openLogReader } from "./open-log-reader.ts";
import { reaching } from "./reaching.ts";

/**
 * The topic that is audited, through no group.
 * @throws Failure("environment") that says which topic where, and what to look at.
 */
export function openAuditedLog(
  settings: Settings,
  mapping: Mapping | undefined,
): Promise<OpenLogReader> {
  const { brokers, topic, group } = settings;
  return reaching(
    `Kafka (${brokers}, topic ${topic})`,
    "see `orders status`; are --brokers and --topic right?",
    () => openLogReader(createKafka(settings, "orders-audit"), topic, group, mapping?.message),
    settings,
  );
}
