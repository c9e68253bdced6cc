import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LagReport, readLag, watchLag } from "../../../src/inspect/lag/watch-lag.ts";
import { describeGroup } from "../../../src/inspect/topics/describe-group.ts";
import { describeTopic } from "../../../src/inspect/topics/describe-topic.ts";
import { listTopics } from "../../../src/inspect/topics/list-topics.ts";
import type { Settings } from "../../../src/runtime/settings/settings.ts";
import { createPipeline, manyOrders, type TestPipeline } from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";

let test: TestPipeline;
beforeAll(async () => {
  test = await createPipeline(3);
  await test.place(manyOrders(90));
});
afterAll(() => test.close());

function lag(settings: Partial<Settings> = {}, onlyWithLag = false) {
  const signal = new AbortController().signal;
  return readLag({ ...test.settings, ...settings }, { intervalMs: 20, onlyWithLag, signal });
}

/** Tests build on each other: placed, then decided, then placed again. */
describe("orders lag", () => {
  it("does not call 0 what nobody has read", async () => {
    const { total, group_state, group_unknown, database_unknown, partitions } = await lag();
    expect(total).toMatchObject({
      group_lag: null,
      database_lag: null,
      log_end: 90,
      drain: "unknown",
    });
    expect(group_state).toBe("Dead");
    expect(group_unknown).toMatch(/^Kafka knows no such group/);
    expect(database_unknown).toContain("stores no offset");
    expect(partitions.every((each) => each.database_lag === null)).toBe(true);
  });

  it("shows both offsets once consumed, then what is behind, and only that if asked", async () => {
    await test.consume();
    expect((await lag()).total).toMatchObject({ group_lag: 0, database_lag: 0, drain: "drained" });
    const mistyped = await lag({ group: `${test.settings.group}x` });
    expect(mistyped.group_unknown).toContain(`did you mean ${test.settings.group}?`);
    await test.send([{ key: "CUST1", value: Buffer.from("{}"), partition: 1 }]);
    const behind = await lag({}, true);
    expect(
      behind.partitions.map((each) => [each.partition, each.database_lag, each.group_lag]),
    ).toEqual([[1, 1, 1]]);
    expect(behind.total).toMatchObject({
      database_lag: 1,
      drain: "standing",
      placed_per_second: 0,
    });
  });

  it("works without the database, and says what is unknown", async () => {
    const nowhere = { databaseUrl: "postgresql://nobody@127.0.0.1:1/none" };
    const { total, database_unknown } = await lag(nowhere);
    expect(database_unknown).toContain("cannot be reached");
    expect(total).toMatchObject({ database_lag: null, group_lag: 1, decided_from: "group" });
    expect((await lag({ databaseUrl: undefined })).database_unknown).toBe(
      "no database is configured",
    );
  });

  it("takes offsets of another cluster, or of another topic of that name, for none", async () => {
    await test.database.query({ text: "UPDATE consumer_groups SET topic_id = 'other'" });
    expect((await lag()).database_unknown).toContain("another topic of this name");
    await test.database.query({ text: "UPDATE consumer_groups SET cluster_id = 'other'" });
    expect((await lag()).database_unknown).toContain("another Kafka cluster");
    await test.database.query({ text: "DELETE FROM consumer_groups" });
    expect((await lag()).total.database_lag).toBe(1);
  });

  it("fails where Kafka is away or the topic is not there", async () => {
    await expect(lag({ brokers: "127.0.0.1:1" })).rejects.toThrow(/Kafka\b.*127\.0\.0\.1:1/);
    await expect(lag({ topic: `${test.settings.topic}x` })).rejects.toThrow("did you mean");
  });

  it("watches until the signal, with rates from the second report on", async () => {
    const stop = new AbortController();
    const reports: LagReport[] = [];
    const running = watchLag(
      test.settings,
      { intervalMs: 20, onlyWithLag: false, signal: stop.signal },
      (report) => {
        reports.push(report);
      },
      () => {},
    );
    await eventually(() => reports.length >= 1, "a first report");
    await test.consume();
    await eventually(() => reports.at(-1)?.total.drain === "drained", "drained");
    stop.abort();
    await running;
    expect(reports[0]?.interval_ms).toBeNull();
    expect(reports.some((report) => (report.total.decided_per_second ?? 0) > 0)).toBe(true);
  });
});

describe("orders group describe", () => {
  it("shows committed offsets and lag, and names a group that is not there", async () => {
    const report = await describeGroup(test.settings, test.settings.group);
    expect(report).toMatchObject({ state: "Empty", members: [] });
    expect(report.offsets.map(({ partition, lag: left }) => [partition, left])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
    await expect(describeGroup(test.settings, `${test.settings.group}x`)).rejects.toThrow(
      `did you mean ${test.settings.group}?`,
    );
  });

  it("shows members with their partitions", async () => {
    const stop = new AbortController();
    const running = test.consume({ untilCaughtUp: false, signal: stop.signal });
    const stable = await eventually(async () => {
      const report = await describeGroup(test.settings, test.settings.group);
      return report.state === "Stable" && report;
    }, "the group is stable");
    stop.abort();
    await running;
    expect(stable.members).toHaveLength(1);
    expect(stable.members[0]).toMatchObject({ assigned: { [test.settings.topic]: [0, 1, 2] } });
    expect(stable.members[0]?.host).toMatch(/^127\./);
    expect(stable.offsets.every(({ member }) => member === stable.members[0]?.client_id)).toBe(
      true,
    );
  });
});

describe("orders topic list and describe", () => {
  it("counts messages, and tells size and retention", async () => {
    const topics = await listTopics(test.settings, { internal: false });
    expect(topics.find(({ topic }) => topic === test.settings.topic)).toMatchObject({
      partitions: 3,
      replicas: 1,
      under_replicated: 0,
      messages: 91,
      bytes: expect.any(Number),
      cleanup_policy: "delete",
    });
    expect(topics.some(({ topic }) => topic.startsWith("__"))).toBe(false);
  });

  it("describes partitions, and only settings that are not defaults", async () => {
    const description = await describeTopic(test.settings, test.settings.topic);
    expect(description.partitions.map(({ partition }) => partition)).toEqual([0, 1, 2]);
    expect(description.partitions.reduce((sum, { messages }) => sum + (messages ?? 0), 0)).toBe(91);
    expect(description.config.some(({ name }) => name === "compression.type")).toBe(false);
  });
});
