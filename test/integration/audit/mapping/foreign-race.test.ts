import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../../../src/audit/finding.ts";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";
import { startRace } from "../../../../src/audit/wiring/start-race.ts";
import { Failure } from "../../../../src/failure/failure.ts";
import {
  createTestDatabase,
  createTestTopic,
  eventually,
  type TestDatabase,
  type TestTopic,
  testSettings,
  uniqueName,
} from "../../services.ts";
import { raceDefaults, silentNarrator } from "../race-bench.ts";
import {
  type ForeignSystem,
  foreignMapping,
  foreignSchema,
  startForeignApi,
  startForeignWorker,
  type WorkerFault,
  type WorkerStyle,
} from "./foreign-system.ts";

const mapping = parseMapping(foreignMapping, "foreign.toml");
const failures = (checks: readonly Finding[]) =>
  checks.filter(({ status }) => status === "fail").map(({ check }) => check);

describe("audit race against a system of another make", () => {
  let database: TestDatabase;
  let topic: TestTopic;
  let api: ForeignSystem;
  let group: string;
  const workers: { stop(): Promise<void> }[] = [];
  beforeEach(async () => {
    database = await createTestDatabase({ empty: true });
    await database.database.query({ text: foreignSchema });
    topic = await createTestTopic(8);
    group = uniqueName("foreign");
    api = await startForeignApi(topic.kafka, topic.topic, database.url);
  });
  afterEach(async () => {
    for (const worker of workers.splice(0)) await worker.stop();
    await api.close();
    await topic.drop();
    await database.drop();
  });

  const work = async (style: WorkerStyle, fault?: WorkerFault) => {
    const { kafka } = topic;
    workers.push(
      await startForeignWorker({
        ...{ kafka, topic: topic.topic, group, databaseUrl: database.url, style },
        ...(fault === undefined ? {} : { fault }),
      }),
    );
    const admin = kafka.admin();
    await admin.connect();
    await eventually(async () => {
      const { groups } = await admin.describeGroups([group]);
      return groups[0]?.state === "Stable";
    }, "the worker has joined");
    await admin.disconnect();
  };
  const race = (options: Partial<Parameters<typeof startRace>[1]> = {}) =>
    startRace(
      testSettings({ databaseUrl: database.url, topic: topic.topic, group, apiUrl: api.apiUrl }),
      {
        ...{ ...raceDefaults, target: "http", products: ["7"], mapping, allowWrites: false },
        ...{ orders: 40, rounds: 2, settleMs: 1_500 },
        ...options,
      },
      silentNarrator,
      new AbortController().signal,
    );

  for (const style of ["never-commits", "commits-to-kafka", "decides-out-of-order"] as const) {
    it(`finds a right worker consistent that ${style.replaceAll("-", " ")}`, async () => {
      await work(style);
      const run = await race();
      expect(failures(run.checks)).toEqual([]);
      expect(run.verdict, run.reason).toBe("consistent");
      expect(run.counts).toMatchObject({ accepted: 40, reserved: 40 });
      expect(run.overlap.transactionsMax).toBeGreaterThanOrEqual(2);
      expect(run.overlap.backends[0]?.applicationName).toBe("foreign worker");
    });

    it(`finds one violated that ${style.replaceAll("-", " ")} and drops orders`, async () => {
      const dropped = new Set<number>();
      const drops = (no: number) => no % 4 === 0 && dropped.add(no) !== undefined;
      await work(style, { drops });
      const run = await race();
      expect(run.verdict, run.reason).toBe("violated");
      expect(failures(run.checks)).toEqual(["accepted-decided-once"]);
      const found = run.checks.find(({ check }) => check === "accepted-decided-once");
      const ids = (found?.examples ?? []).map((example) => Number.parseInt(example, 10));
      expect(ids.length).toBeGreaterThan(0);
      expect(ids.filter((no) => !dropped.has(no))).toEqual([]);
    });
  }

  it("finds one violated whose stock and orders disagree, by product", async () => {
    await work("commits-to-kafka", { shortens: true });
    const run = await race({ quantity: 3 });
    expect(run.verdict).toBe("violated");
    expect(failures(run.checks)).toContain("reserved-matches-orders");
  });

  it("sets no stock without leave, and with it sells exactly that", async () => {
    await work("commits-to-kafka");
    await expect(race({ stock: 10 })).rejects.toThrow(
      "--stock would change the stock of a system that is not this project's",
    );
    const { rows } = await database.database.query({ text: 'SELECT count(*) FROM sales."Orders"' });
    expect(rows).toEqual([{ count: 0 }]);
    const run = await race({ stock: 10, allowWrites: true });
    expect(failures(run.checks)).toEqual([]);
    expect(run.counts).toMatchObject({ accepted: 40, reserved: 10, rejected: 30 });
    expect(run.checks.find(({ check }) => check === "sold-exactly")?.status).toBe("pass");
  });

  it("says to a role that may only read how to watch without a lock", async () => {
    await work("commits-to-kafka");
    const role = uniqueName("reader").replaceAll("-", "_");
    await database.database.query({
      text: `CREATE ROLE ${role} LOGIN PASSWORD 'x'; GRANT USAGE ON SCHEMA sales TO ${role};
             GRANT SELECT ON ALL TABLES IN SCHEMA sales TO ${role}`,
    });
    const url = new URL(database.url);
    url.username = role;
    url.password = "x";
    const asReader = (options: Partial<Parameters<typeof startRace>[1]>) =>
      startRace(
        testSettings({ databaseUrl: url.href, topic: topic.topic, group, apiUrl: api.apiUrl }),
        {
          ...{ ...raceDefaults, target: "http", products: ["7"], mapping, allowWrites: false },
          ...{ orders: 20, rounds: 1, ...options },
        },
        silentNarrator,
        new AbortController().signal,
      );
    try {
      const refused = await asReader({}).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(Failure);
      expect((refused as Failure).kind).toBe("environment");
      expect((refused as Failure).message).toContain("may not be locked");
      expect((refused as Failure).remedy).toContain("--no-hold");
      const { rows } = await database.database.query({
        text: 'SELECT count(*) FROM sales."Orders"',
      });
      expect(rows).toEqual([{ count: 0 }]);
      const watched = await asReader({ hold: false });
      expect(failures(watched.checks)).toEqual([]);
      expect(watched.counts).toMatchObject({ accepted: 20, reserved: 20 });
    } finally {
      await database.database.query({ text: `DROP OWNED BY ${role}; DROP ROLE ${role}` });
    }
  });

  it("names products that there are, and holds no row of a query", async () => {
    await expect(race({ products: ["9"] })).rejects.toThrow("the inventory has no product 9");
    const query = parseMapping(
      foreignMapping.replace('table = "sales.Stock"', `query = 'SELECT * FROM sales."Stock"'`),
      "q",
    );
    await work("commits-to-kafka");
    await expect(race({ mapping: query })).rejects.toThrow("there is no row to hold");
  });
});
