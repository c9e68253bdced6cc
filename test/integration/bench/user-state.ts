import type { Kafka } from "kafkajs";
import type { Database } from "../../../src/ports/database.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";

// Every row of every table of the user's, as text, and every object that is not the system's.
const everything = {
  text: `
    SELECT json_object_agg(name, content ORDER BY name) AS state FROM (
      SELECT 'table ' || table_schema || '.' || table_name AS name,
             query_to_xml(format('SELECT * FROM %I.%I ORDER BY 1, 2', table_schema, table_name), true, false, '')::text AS content
      FROM information_schema.tables
      WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_schema !~ '^pg_' AND table_type = 'BASE TABLE'
      UNION ALL
      SELECT 'schema ' || nspname, nspowner::regrole::text FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp'
      UNION ALL
      SELECT 'routine ' || oid::regprocedure::text, md5(prosrc) FROM pg_proc WHERE oid >= 16384
      UNION ALL
      SELECT 'sequence ' || schemaname || '.' || sequencename, last_value::text FROM pg_sequences
    ) AS found (name, content)`,
};

/** All that a user has in a database: equal before and after, nothing was touched. */
export async function databaseState(database: Database): Promise<unknown> {
  return (await database.query<{ state: unknown }>(everything)).rows[0]?.state;
}

/** The topic's log positions, and what the group has committed there. */
export async function kafkaState(kafka: Kafka, topic: string, groupId: string): Promise<unknown> {
  return withAdmin(kafka, async (admin) => ({
    log: (await admin.fetchTopicOffsets(topic)).sort((a, b) => a.partition - b.partition),
    group: await admin.fetchOffsets({ groupId, topics: [topic] }),
  }));
}

/** Topics and groups of benches that are there now. */
export async function benchRemains(kafka: Kafka, schemas: Database): Promise<readonly string[]> {
  const topics = await withAdmin(kafka, async (admin) => {
    const { groups } = await admin.listGroups();
    return [...(await admin.listTopics()), ...groups.map(({ groupId }) => groupId)];
  });
  return [
    ...topics.filter((name) => name.startsWith("orders-bench-")),
    ...(await benchSchemas(schemas)),
  ];
}

export async function benchSchemas(database: Database): Promise<readonly string[]> {
  const { rows } = await database.query<{ nspname: string }>({
    text: "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'orders_bench%'",
  });
  return rows.map(({ nspname }) => nspname);
}
