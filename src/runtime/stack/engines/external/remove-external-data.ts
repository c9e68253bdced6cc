import { createKafka } from "../../../kafka/kafka-client.ts";
import { pipelineTopicsNamed } from "../../../kafka/topics.ts";
import { withAdmin } from "../../../kafka/with-admin.ts";
import { openDatabase } from "../../../postgres/open-database.ts";
import type { Settings } from "../../../settings/settings.ts";
import type { Needs, TableSet } from "../../services/needs.ts";

// What database/migrations creates; everything else in the schema stays.
const dropTables = {
  text: `DROP TABLE IF EXISTS orders, inventory, consumer_offsets, consumer_groups, dead_letters,
         stock_movements, epochs, dead_letter_replays, inventory_slots, naive_permit,
         undecodable_batches, untold_releases, schema_migrations;
         DROP FUNCTION IF EXISTS take_what_slot_promised(), stock_is_as_assumed, reserve_batch`,
};

function dropSet(set: TableSet) {
  return {
    text: `DO $$ BEGIN IF to_regclass('${set}.schema_migrations') IS NOT NULL
      THEN DROP SCHEMA ${set} CASCADE; END IF; END $$`,
  };
}

/**
 * Removes the pipeline's tables and topics from services that orders did not start. Irreversible.
 * @param ours the topics to remove, where they are.
 * @param needs what the stack had beside the pipeline; a schema goes only where migrations made its tables.
 */
export async function removeExternalData(
  settings: Settings,
  ours: readonly string[] = pipelineTopicsNamed(settings.topic, settings.dlqTopic).map(
    ({ topic }) => topic,
  ),
  needs: Needs = { topics: [], tables: [] },
): Promise<void> {
  const database = openDatabase(settings, { applicationName: "orders down", poolSize: 1 });
  try {
    await database.query(dropTables);
    for (const set of needs.tables) await database.query(dropSet(set));
  } finally {
    await database.close();
  }
  await withAdmin(createKafka(settings, "orders-down"), async (admin) => {
    const existing = new Set(await admin.listTopics());
    const all = [...ours, ...needs.topics.map(({ topic }) => topic)];
    const topics = all.filter((topic) => existing.has(topic));
    if (topics.length > 0) await admin.deleteTopics({ topics });
  });
}
