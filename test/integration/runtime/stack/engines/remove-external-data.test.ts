import { expect, it } from "vitest";
import { withAdmin } from "../../../../../src/runtime/kafka/with-admin.ts";
import { removeExternalData } from "../../../../../src/runtime/stack/engines/external/remove-external-data.ts";
import { createTestDatabase, createTestTopic, testSettings } from "../../../services.ts";

it("removes the pipeline's tables and topics from foreign services, and nothing else", async () => {
  const [db, placed, dlq, other] = await Promise.all([
    createTestDatabase(),
    createTestTopic(1),
    createTestTopic(1),
    createTestTopic(1),
  ]);
  try {
    await db.database.query({ text: "CREATE TABLE theirs (id int)" });
    await removeExternalData(
      testSettings({ databaseUrl: db.url, topic: placed.topic, dlqTopic: dlq.topic }),
    );
    const tables = await db.database.query({
      text: "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'",
    });
    expect(tables.rows).toEqual([{ table_name: "theirs" }]);
    const topics = await withAdmin(placed.kafka, (admin) => admin.listTopics());
    expect(topics).not.toContain(placed.topic);
    expect(topics).not.toContain(dlq.topic);
    expect(topics).toContain(other.topic);
  } finally {
    await other.drop();
    await db.drop();
  }
});
