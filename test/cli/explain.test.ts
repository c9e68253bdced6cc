import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  createTestDatabase,
  createTestTopic,
  type TestDatabase,
  type TestTopic,
  testServices,
  uniqueName,
} from "../integration/services.ts";
import { orders } from "./program.ts";

describe("orders explain", () => {
  let [test, topic, home]: [TestDatabase?, TestTopic?, string?] = [];
  let env: Record<string, string>;
  let orderId: string;
  beforeAll(async () => {
    [test, topic] = await Promise.all([createTestDatabase(), createTestTopic(2)]);
    home = mkdtempSync(join(tmpdir(), "orders-explain-"));
    env = {
      ...{ KAFKA_BROKERS: testServices().brokers, KAFKA_TOPIC: topic.topic },
      ...{ CONSUMER_GROUP_ID: uniqueName("explain"), DATABASE_URL: test.url, XDG_STATE_HOME: home },
    };
    const history = join(home, "sent.ndjson");
    const load = ["--target", "kafka", "--rate", "20", "--duration", "1s", "--history", history];
    await orders(["produce", ...load, "--quiet"], { env });
    orderId = /"order_id":"([^"]+)"/.exec(readFileSync(history, "utf8"))?.[1] ?? "";
    expect(orderId).not.toBe("");
  });
  afterAll(async () => {
    await Promise.all([test?.drop(), topic?.drop()]);
    if (home !== undefined) rmSync(home, { recursive: true });
  });

  it("finds what a stored run's history and the log say, and that nothing is decided", async () => {
    const { stdout, exitCode } = await orders(["explain", orderId, "--json"], { env });
    const story = JSON.parse(stdout) as { steps: { what: string }[] };
    expect(story).toMatchObject({ order_id: orderId, verdict: "open", end: "undecided" });
    const names = story.steps.map(({ what }) => what);
    expect(names.toSorted()).toEqual(["acknowledged", "in the log", "intended", "sent"]);
    expect(exitCode).toBe(3);
  });

  it("tells a person where a lost order's trail ends, with exit 1", async () => {
    await test?.database.query(
      { text: "INSERT INTO consumer_offsets SELECT $1, $2, p, 1000 FROM generate_series(0, 1) p" },
      [env.CONSUMER_GROUP_ID, env.KAFKA_TOPIC],
    );
    const { stdout, exitCode } = await orders(["explain", orderId, "--run", "latest"], { env });
    expect(stdout).toContain(`Order ${orderId}: lost`);
    expect(stdout.replaceAll(/\s+/g, " ")).toContain("it was acknowledged and is in the log at");
    expect(exitCode).toBe(1);
  });

  it("says that there is no trace of an id that nobody knows", async () => {
    const { stdout, exitCode } = await orders(["explain", "ORD-1", "--json"], { env });
    expect(JSON.parse(stdout)).toMatchObject({ verdict: "open", end: "no trace", steps: [] });
    expect(exitCode).toBe(3);
  });

  it.each([
    [["explain"], "order"],
    [["explain", " "], "1 to 255 characters"],
    [["explain", "X", "--history", "/nonexistent/h.ndjson"], "cannot be read"],
  ])("refuses %j", async (args, words) => {
    const { exitCode, stderr } = await orders(args, { env });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});
