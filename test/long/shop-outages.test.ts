import { setTimeout as pause } from "node:timers/promises";
import { expect, it } from "vitest";
import { verifyShop } from "./shop-under-verification.ts";

const settleMs = 10_000;
const kafkaAwayMs = 30_000;
const postgresAwayMs = 15_000;

it("takes orders while Kafka is away, says clearly that PostgreSQL is, and is consistent after both", async () => {
  const verified = verifyShop(60, 120);
  await verified.atWork("gateway-1");
  await pause(settleMs);
  /** @returns from when to when it was away, by the clock of the load. */
  async function away(name: string, ms: number): Promise<readonly [number, number]> {
    const { pid } = await verified.atWork(name);
    const { supervisor } = await verified.status();
    if (supervisor === null) throw new Error("there is no supervisor");
    // It would start it again at once.
    process.kill(supervisor.pid, "SIGSTOP");
    try {
      process.kill(pid, "SIGKILL");
      const beganMs = Date.now();
      await pause(ms);
      return [beganMs, Date.now()];
    } finally {
      process.kill(supervisor.pid, "SIGCONT");
    }
  }
  const kafka = await away("kafka", kafkaAwayMs);
  await pause(settleMs);
  const postgres = await away("postgres", postgresAwayMs);

  const { load } = await verified.consistent();
  const startedAtMs = Date.parse(load.started_at);
  const during = ([from, to]: readonly [number, number]) =>
    load.series.filter(({ second }) => {
      const atMs = startedAtMs + second * 1_000;
      return atMs >= from && atMs + 1_000 <= to;
    });
  const sum = (of: typeof load.series, what: "offered" | "acked" | "failed" | "unknown") =>
    of.reduce((total, second) => total + second[what], 0);
  const [withoutKafka, withoutPostgres] = [during(kafka), during(postgres)];
  console.info(load.sentence, JSON.stringify([load.answers, load.changes]));
  console.info(
    `Kafka away: ${sum(withoutKafka, "acked")} of ${sum(withoutKafka, "offered")} acknowledged; PostgreSQL away: ${sum(withoutPostgres, "failed")} refused, ${sum(withoutPostgres, "unknown")} unknown`,
  );
  expect(withoutKafka.length).toBeGreaterThan(20);
  expect(sum(withoutKafka, "failed") + sum(withoutKafka, "unknown")).toBe(0);
  expect(sum(withoutKafka, "acked")).toBeGreaterThan(0.9 * sum(withoutKafka, "offered"));
  // 503: nothing was done; 504: it may have been. No broken connection, and nobody waits in vain.
  const kinds = new Set(load.answers.map(({ kind }) => kind));
  expect([...kinds].filter((kind) => !["201", "503", "504"].includes(kind))).toEqual([]);
  expect(sum(withoutPostgres, "failed") + sum(withoutPostgres, "unknown")).toBeGreaterThan(0);
}, 600_000);
