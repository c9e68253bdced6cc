import { Failure } from "../../failure/failure.ts";
import type { Settings } from "../config/settings.ts";
import { withDatabase } from "../database/with-database.ts";
import { refuseForeignData } from "../engines/external/owns-data.ts";
import { groupLag } from "../kafka/group-lag.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { explainKafkaError } from "../kafka/kafka-failure.ts";
import { stackDirectory } from "../stack/stack-paths.ts";
import { readStackRecord } from "../stack/stack-record.ts";
import { stackSettings } from "../stack/stack-settings.ts";
import { type ResetResult, resetPipeline } from "./reset-pipeline.ts";

/**
 * Resets what the settings point at.
 * @throws Failure("usage") for foreign services without iOwnThis, Failure("environment") while a
 * consumer is behind or a service is not there.
 */
export async function resetStack(
  stack: string,
  settings: Settings,
  options: { readonly force: boolean; readonly iOwnThis: boolean },
): Promise<ResetResult> {
  if (settings.brokers === undefined && settings.databaseUrl === undefined) {
    throw new Failure("environment", {
      what: `no stack named ${stack} is up, and no other Kafka and database are given`,
      meaning: "there is nothing to reset",
      remedy: `run \`orders up --stack ${stack}\`, or give --brokers and --database-url`,
    });
  }
  const evidence = {
    stackEngine: readStackRecord(stackDirectory(stack))?.engine,
    stack: stackSettings(stack) ?? {},
    used: settings,
  };
  refuseForeignData(evidence, options.iOwnThis, "reset");
  const { group, topic } = settings;
  const kafka = createKafka(settings, "orders-reset");
  const { partitions } = await groupLag(kafka, { group, topic }).catch((error: unknown) => {
    throw explainKafkaError(error, settings.brokers);
  });
  return withDatabase(settings, "reset", (database) =>
    resetPipeline(database, partitions, { group, topic, force: options.force }),
  );
}
