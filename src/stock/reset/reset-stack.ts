import { Failure } from "../../failure/failure.ts";
import { groupLag } from "../../runtime/kafka/group-lag.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError } from "../../runtime/kafka/kafka-failure.ts";
import { workPatience } from "../../runtime/kafka/patience.ts";
import { withDatabase } from "../../runtime/postgres/with-database.ts";
import { databaseAddress } from "../../runtime/settings/database-address.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { refuseForeignData } from "../../runtime/stack/engines/external/owns-data.ts";
import { stackDirectory } from "../../runtime/stack/stack-paths.ts";
import { readStackRecord } from "../../runtime/stack/stack-record.ts";
import { stackSettings } from "../../runtime/stack/stack-settings.ts";
import { type ResetResult, resetPipeline } from "./reset-pipeline.ts";
import { type Contents, countContents } from "./sql/count-contents.ts";

export interface ResetRequest {
  readonly force: boolean;
  readonly iOwnThis: boolean;
  readonly keepStock: boolean;
}

export interface ResetPreview {
  /** host:port/name. */
  readonly database: string;
  readonly orders: number;
  readonly dead_letters: number;
  readonly products: number;
}

/**
 * Resets what the settings point at.
 * @param agree is told what will go, before anything is touched; it throws where nobody agrees.
 * @throws Failure("usage") for foreign services without iOwnThis, Failure("environment") while a
 * consumer is behind or a service is not there.
 */
export async function resetStack(
  stack: string,
  settings: Settings,
  options: ResetRequest,
  agree: (preview: ResetPreview) => Promise<void>,
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
  await agree(
    await withDatabase(settings, "reset", async (database) => {
      const { rows } = await database.query<Contents>(countContents);
      return {
        database: databaseAddress(settings.databaseUrl),
        orders: rows[0]?.orders ?? 0,
        dead_letters: rows[0]?.dead_letters ?? 0,
        products: rows[0]?.products ?? 0,
      };
    }),
  );
  const kafka = createKafka(settings, "orders-reset", undefined, { patience: workPatience });
  const { partitions } = await groupLag(kafka, { group, topic }).catch((error: unknown) => {
    throw explainKafkaError(error, settings.brokers);
  });
  const { force, keepStock } = options;
  return withDatabase(settings, "reset", (database) =>
    resetPipeline(database, partitions, { group, topic, force, keepStock }),
  );
}
