import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readLag } from "../../../src/inspect/lag/watch-lag.ts";
import { describeGroup } from "../../../src/inspect/topics/describe-group.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { readKafkaStatus } from "../../../src/runtime/stack/read-kafka-status.ts";
import { createPipeline, manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { createTestDatabase, eventually, type TestDatabase } from "../services.ts";
import { jdkIsThere, joinAsJava } from "./java-member.ts";

let test: TestPipeline;
let other: TestDatabase;
beforeAll(async () => {
  [test, other] = await Promise.all([createPipeline(4), createTestDatabase()]);
});
afterAll(async () => {
  await Promise.all([test.close(), other.drop()]);
});

function lag(group = test.settings.group) {
  const signal = new AbortController().signal;
  return readLag({ ...test.settings, group }, { intervalMs: 0, onlyWithLag: false, signal });
}

function kafkaStatus(group = test.settings.group) {
  return readKafkaStatus({ ...test.settings, group }, []);
}

/** A consumer that runs until told otherwise, with what it says. */
function start(settings: Parameters<TestPipeline["consume"]>[0] = {}) {
  const stop = new AbortController();
  const lines: string[] = [];
  const running = test.consume({
    ...settings,
    ...{ untilCaughtUp: false, signal: stop.signal, log: (line) => lines.push(line) },
  });
  return {
    lines,
    says: (what: string) => eventually(() => lines.find((line) => line.includes(what)), what),
    async stop() {
      stop.abort();
      await running;
    },
  };
}

/** Tests build on each other. */
describe("two databases under one consumer group", () => {
  it("are noticed by both consumers, by status, lag and group describe, though the group's lag is 0", async () => {
    const here = start();
    await here.says("reading 4 partitions");
    const elsewhere = start({ settings: { databaseUrl: other.url } });
    await Promise.all([here.says("reading 2 partitions"), elsewhere.says("reading 2 partitions")]);
    await test.place(manyOrders(200));
    const warning = "1 of 2 members of group";
    const [said] = await Promise.all([here.says(warning), elsewhere.says(warning)]);
    expect(said).toContain("writes to another database (orders-consume at 127.0.0.1)");

    const behind = await eventually(async () => {
      const status = await kafkaStatus();
      return status.group?.lag_total === 0 && status;
    }, "the group has read everything");
    const { database_lag, members } = behind.group ?? {};
    expect(members).toBe(2);
    // Some of the 200 keys went to the other's two partitions: not decided here.
    expect(database_lag).toBeGreaterThan(0);
    expect(behind.warnings[0]).toContain("writes to another database");
    expect(behind.warnings[1]).toMatch(
      new RegExp(`ahead of the database's in [12] partitions?, by ${database_lag} messages`),
    );
    const report = await lag();
    expect(report.warnings).toEqual(behind.warnings);
    expect(report.total).toMatchObject({ group_lag: 0, database_lag });
    const group = await describeGroup(test.settings, test.settings.group);
    expect(group.members.map(({ writes_here }) => writes_here).sort()).toEqual([false, true]);
    expect(group.warnings).toEqual([behind.warnings[0]]);

    await elsewhere.stop();
    await here.says("is this database's alone again");
    // What the other decided is replayed here: every order is decided in this database, too.
    await eventually(async () => (await lag()).total.database_lag === 0, "decided here as well");
    await here.stop();
    expect((await kafkaStatus()).warnings).toEqual([]);
  });
});

describe("messages that were deleted undecided", () => {
  it("stay in the lag, as lost: a partition that holds nothing more is not at 0", async () => {
    await test.send(
      Array.from({ length: 34 }, () => ({ key: "C", value: Buffer.from("{}"), partition: 3 })),
    );
    const { topic } = test.settings;
    await withAdmin(test.kafka, async (admin) => {
      // kafkajs deletes only where it has the topic's metadata already.
      await admin.fetchTopicOffsets(topic);
      await admin.deleteTopicRecords({ topic, partitions: [{ partition: 3, offset: "-1" }] });
    });
    const { total, partitions, warnings } = await lag();
    expect(partitions[3]).toMatchObject({ database_lag: 34, database_lost: 34 });
    expect(total).toMatchObject({ database_lag: 34, database_lost: 34, drain: "lost" });
    expect(warnings[0]).toContain("34 messages were deleted from the log before they were decided");
    const { group } = await kafkaStatus();
    expect(group).toMatchObject({ database_lag: 34, database_lost: 34, lag_total: 34 });
    await test.consume({ acceptLoss: true });
    expect((await lag()).total).toMatchObject({ database_lag: 0, database_lost: 0 });
  });
});

describe.runIf(jdkIsThere)("groups that Kafka's own client made", () => {
  it("are described and their lag read: KIP-848, share and classic ones", async () => {
    const { brokers, topic } = test.settings;
    const kinds = ["consumer", "share", "classic"] as const;
    const names = kinds.map((kind) => `${test.settings.group}-${kind}`);
    const members = await Promise.all(
      kinds.map((kind, index) => joinAsJava({ brokers, topic, group: names[index] ?? "", kind })),
    );
    try {
      for (const [index, kind] of kinds.entries()) {
        const name = names[index] ?? "";
        const group = await eventually(async () => {
          const report = await describeGroup(test.settings, name);
          // A share group has no offset of a partition before it has read something new of it.
          if (kind === "share" && report.offsets.some(({ lag: left }) => left === null))
            await test.place(manyOrders(20));
          const read = report.offsets.length > 0 && report.offsets.every((each) => each.lag === 0);
          return report.state === "Stable" && read && report;
        }, `${kind} group described with its lag`);
        expect(group).toMatchObject({ type: kind, warnings: [] });
        expect(group.members).toMatchObject([
          { client_id: `java-${kind}`, host: "127.0.0.1", assigned: { [topic]: [0, 1, 2, 3] } },
        ]);
        const report = await lag(name);
        expect(report).toMatchObject({ group_state: "Stable", group_type: kind, members: 1 });
        if (kind !== "share") expect(report.total.group_lag).toBe(0);
        else expect(report.total.group_lag).not.toBeNull();
      }

      // Ours in them: what it can join is said to have a stranger in it, what not is named.
      const beside = start({ settings: { group: names[0] ?? "" } });
      const said = await beside.says("no orders consumer");
      expect(said).toContain("1 of 2 members of group");
      expect(said).toContain("(java-consumer at 127.0.0.1)");
      expect((await kafkaStatus(names[0])).warnings[0]).toContain("no orders consumer");
      await beside.stop();
      const refused = (index: number) => test.consume({ settings: { group: names[index] ?? "" } });
      await expect(refused(1)).rejects.toThrow("it is a share group of java-share at 127.0.0.1");
      await expect(refused(2)).rejects.toThrow(
        "its partitions are shared by roundrobin among the consumers of java-classic at 127.0.0.1",
      );
    } finally {
      await Promise.all(members.map((member) => member.leave()));
    }
  });
});
