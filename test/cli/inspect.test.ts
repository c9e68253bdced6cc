import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hostile, steering } from "../arbitrary/hostile.ts";
import {
  createTestDatabase,
  createTestTopic,
  type TestTopic,
  testServices,
} from "../integration/services.ts";
import { orders } from "./program.ts";

let test: TestTopic;
let env: Record<string, string>;
beforeAll(async () => {
  test = await createTestTopic(2);
  env = {
    KAFKA_BROKERS: testServices().brokers,
    KAFKA_TOPIC: test.topic,
    DATABASE_URL: "",
    DB_HOST: "",
    XDG_STATE_HOME: "/nonexistent",
  };
  const producer = test.kafka.producer();
  await producer.connect();
  await producer.send({ topic: test.topic, messages: [{ key: "K", value: "first\u001b[2J" }] });
  await producer.disconnect();
});
afterAll(() => test.drop());

/** Runs until the first line is there, then as after Ctrl-C. */
async function interrupted(args: readonly string[]) {
  const running = execa("node", ["bin/run.js", ...args], {
    env,
    reject: false,
    timeout: 60_000,
    stdin: "ignore",
  });
  running.stdout.once("data", () => running.kill("SIGINT"));
  return running;
}

describe("orders topic tail", () => {
  it("prints a line that steers no terminal, and under --json one document a message", async () => {
    const text = await orders(["topic", "tail"], { env });
    expect([text.exitCode, text.stderr]).toEqual([0, ""]);
    expect(text.stdout).toMatch(/ {2}K {2}first\\x1b\[2J$/);
    const json = await orders(["topic", "tail", "--json"], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({
      topic: test.topic,
      key: "K",
      value: "first\u001b[2J",
    });
  });

  it("ends with 0 after Ctrl-C when it follows", async () => {
    const { exitCode, stderr, stdout } = await interrupted(["topic", "tail", "-f"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout.split("\n")).toHaveLength(1);
  });
});

describe("orders lag", () => {
  it("appends JSON documents until Ctrl-C, and says what is not known", async () => {
    const { exitCode, stdout, stderr } = await interrupted([
      "lag",
      "--watch",
      "--json",
      "--interval",
      "200ms",
    ]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    const [first] = stdout.split("\n").map((line) => JSON.parse(line) as unknown);
    expect(first).toMatchObject({
      topic: test.topic,
      group_state: "Dead",
      database_unknown: "no database is configured",
      total: { log_end: 1, database_lag: null },
    });
  });
});

describe("orders dlq and group", () => {
  it("say what is wrong with the words, or missing, and exit accordingly", async () => {
    const usage = await orders(["dlq", "replay", "--json"], { env });
    expect(usage.exitCode).toBe(2);
    expect(JSON.parse(usage.stdout)).toMatchObject({ error: { kind: "usage" } });
    const database = await orders(["dlq", "list"], { env });
    expect(database.exitCode).toBe(4);
    expect(database.stderr).toContain("no database is configured");
    const group = await orders(["group", "describe", "no-such-group-here"], { env });
    expect(group.exitCode).toBe(4);
    expect(group.stderr).toContain("Kafka knows no group no-such-group-here");
  });
});

it("an order with a hostile customer steers no terminal on its way, and forges no line", async () => {
  const [topic, db] = await Promise.all([createTestTopic(1), createTestDatabase()]);
  try {
    const producer = topic.kafka.producer();
    await producer.connect();
    const messages = hostile.map((text, at) => {
      const customer_id = `${at}${text.toWellFormed()}`;
      const order_id = `00000000-0000-4000-8000-00000000000${at}`;
      const order = { order_id, customer_id, product_id: "PROD001", quantity: 1, amount: 1 };
      const timestamp = "2026-01-01T00:00:00Z";
      return { key: customer_id, value: JSON.stringify({ ...order, timestamp }) };
    });
    await producer.send({ topic: topic.topic, messages });
    await producer.disconnect();
    const with_ = { env: { ...env, KAFKA_TOPIC: topic.topic, DATABASE_URL: db.url } };
    const group = ["--group", `group-${topic.topic}`, "--dlq-topic", topic.topic];
    const seen = await Promise.all([
      orders(["consume", "--verbose", "--until-caught-up", ...group], with_),
      orders(["topic", "tail", "--from", "earliest"], with_),
    ]);
    seen.push(await orders(["db", "orders"], with_), await orders(["dlq", "list"], with_));
    for (const { exitCode, stdout, stderr } of seen) {
      expect(exitCode, stderr).toBe(0);
      for (const line of `${stdout}\n${stderr}`.split("\n")) {
        expect(line).not.toMatch(steering);
        expect(line).not.toMatch(/^Injected/);
      }
    }
    expect(seen[0]?.stdout).toContain("Customer=1a\\x0d\\x0aInjected: line");
  } finally {
    await Promise.all([topic.drop(), db.drop()]);
  }
});
