import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";
import { draftMapping } from "../../../../src/audit/wiring/draft-mapping.ts";
import { examineMapping } from "../../../../src/audit/wiring/examine-mapping.ts";
import { startLedger } from "../../../../src/audit/wiring/start-ledger.ts";
import {
  createTestDatabase,
  createTestTopic,
  eventually,
  type TestDatabase,
  type TestTopic,
  testSettings,
  uniqueName,
} from "../../services.ts";
import { silentNarrator } from "../race-bench.ts";
import {
  type ForeignSystem,
  foreignMapping,
  foreignSchema,
  startForeignApi,
  startForeignWorker,
} from "./foreign-system.ts";

let database: TestDatabase;
let topic: TestTopic;
let api: ForeignSystem;
let worker: { stop(): Promise<void> };
const group = uniqueName("foreign");

beforeAll(async () => {
  database = await createTestDatabase({ empty: true });
  await database.database.query({ text: foreignSchema });
  topic = await createTestTopic(3);
  api = await startForeignApi(topic.kafka, topic.topic, database.url);
  worker = await startForeignWorker({
    ...{ kafka: topic.kafka, topic: topic.topic, group, databaseUrl: database.url },
    style: "commits-to-kafka",
  });
  for (let customer = 1; customer <= 6; customer++) {
    const body = JSON.stringify({ customer: 100 + customer, sku: 8, qty: customer === 6 ? 99 : 2 });
    await fetch(`${api.apiUrl}/v1/orders`, { method: "POST", body });
  }
  await eventually(async () => {
    const { rows } = await database.database.query({ text: 'SELECT FROM sales."Orders"' });
    return rows.length === 6;
  }, "all are decided");
  await database.database.query({ text: "ANALYZE" });
});
afterAll(async () => {
  await worker.stop();
  await api.close();
  await topic.drop();
  await database.drop();
});

const settings = (change = {}) =>
  testSettings({ databaseUrl: database.url, topic: topic.topic, group, ...change });
const wrongs = async (toml: string, change = {}) => {
  const { findings, exitCode } = await examineMapping(
    settings(change),
    parseMapping(toml, "foreign.toml"),
  );
  return {
    exitCode,
    wrong: findings.filter(({ status }) => status === "wrong").map(({ about }) => about),
    all: findings.map(({ about, status, said }) => `${status} ${about}: ${said}`).join("\n"),
  };
};

describe("a foreign system", () => {
  it("gets a mapping drafted that fits it as it is", async () => {
    const { text } = await draftMapping(settings());
    const { api: _, ...written } = parseMapping(foreignMapping, "by hand");
    const { api: none, ...drafted } = parseMapping(text, "drafted");
    expect(none).toBeUndefined();
    expect(drafted.orders).toEqual(written.orders);
    expect(drafted.stock).toEqual(written.stock);
    expect(drafted.message?.paths).toEqual(written.message?.paths);
    expect(drafted.message?.envelope).toBe("debezium");
    const found = await wrongs(text);
    expect(found.exitCode, found.all).toBe(0);
  });

  it("is examined by its own mapping, and by ones that do not fit", async () => {
    const right = await wrongs(foreignMapping);
    expect(right.exitCode, right.all).toBe(0);
    expect(right.all).toContain("6 of 6 have order rows, by order id, and say the same");
    const swapped = foreignMapping
      .replace('"free"', '"X"')
      .replace('"held"', '"free"')
      .replace('"X"', '"held"');
    expect(await wrongs(swapped)).toMatchObject({
      exitCode: 2,
      wrong: ["reserved = its reserved orders"],
    });
    const status = foreignMapping.replace('"CONFIRMED"', '"RESERVED"');
    const unnamed = await wrongs(status);
    expect(unnamed.exitCode).toBe(3);
    expect(unnamed.all).toContain("so such orders count as undecided: CONFIRMED (5)");
    const envelope = foreignMapping.replace('"debezium"', '"cloudevents"');
    expect(await wrongs(envelope)).toMatchObject({ exitCode: 2, wrong: ["messages"] });
    const id = foreignMapping.replace('order_id = "no"', 'order_id = "customer.no"');
    expect((await wrongs(id)).wrong).toEqual(["messages and rows"]);
    const cents = foreignMapping.replace('amount = "Cents"\nmoney = "cents"', 'amount = "Cents"');
    expect((await wrongs(cents)).wrong).toEqual(["messages and rows"]);
  });

  it("is told from one that is not there", async () => {
    expect(await wrongs(foreignMapping, { group: "nobody" })).toMatchObject({ exitCode: 3 });
    const gone = await wrongs(foreignMapping, { topic: uniqueName("none") });
    expect(gone.exitCode, gone.all).toBe(4);
    expect(gone.all).toContain("unreachable topic");
    await expect(wrongs("[orders]\ntable='Ordres'")).rejects.toThrow('no table "Ordres"');
  });

  it("is accounted for by the ledger, to the one row that is gone", async () => {
    const account = () =>
      startLedger(
        settings(),
        {
          ...{ history: undefined, since: { kind: "beginning" }, alone: false, timeoutMs: 10_000 },
          ...{ spillDirectory: tmpdir(), mapping: parseMapping(foreignMapping, "foreign.toml") },
        },
        silentNarrator,
        new AbortController().signal,
      );
    const whole = await account();
    expect(whole.read).toMatchObject({ messages: 6, rows: 6 });
    expect(whole.checks.filter(({ status }) => status === "fail")).toEqual([]);
    expect(whole.counts).toMatchObject({ reserved: 5, rejected: 1 });
    await database.database.query({ text: 'DELETE FROM sales."Orders" WHERE "No" = 6' });
    const { verdict, checks } = await account();
    expect(verdict).toBe("violated");
    const failed = checks.filter(({ status }) => status === "fail");
    expect(failed.map(({ check }) => check)).toEqual(["messages-decided-once"]);
    expect(failed[0]?.examples[0]).toMatch(/^6 at /);
  });

  it("leaves the group and the tables as they were", async () => {
    const admin = topic.kafka.admin();
    await admin.connect();
    const { groups } = await admin.listGroups();
    await admin.disconnect();
    expect(groups.filter(({ groupId }) => groupId.startsWith("orders-audit"))).toEqual([]);
  });
});
