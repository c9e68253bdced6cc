import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Finding } from "../../../src/audit/finding.ts";
import { eventually } from "../services.ts";
import { openRaceBench, type RaceBench } from "./race-bench.ts";
import { lockFirst, readThenWrite } from "./test-consumers.ts";

function failures(checks: readonly Finding[]): readonly string[] {
  return checks.filter((finding) => finding.status === "fail").map((finding) => finding.check);
}

for (const schema of ["ours", "reference"] as const) {
  describe(`audit race on a schema like ${schema}`, () => {
    let bench: RaceBench;
    beforeEach(async () => {
      bench = await openRaceBench(schema);
    });
    afterEach(() => bench.close());

    it("finds a consumer consistent that locks the row first", async () => {
      await bench.consume(lockFirst);
      const run = await bench.race();
      expect(failures(run.checks)).toEqual([]);
      expect(run.verdict, run.reason).toBe("consistent");
      expect(run.counts).toMatchObject({ accepted: 60, reserved: 60 });
      expect(run.overlap.roundsWithOverlap).toBe(3);
      expect(run.overlap.transactionsMax).toBeGreaterThanOrEqual(2);
      expect(run.overlap.backends[0]?.applicationName).toBe("test consumer");
    });

    it("finds a consumer violated that reads, then writes", async () => {
      await bench.consume(readThenWrite);
      const run = await bench.race();
      expect(run.verdict).toBe("violated");
      expect(failures(run.checks)).toContain("reserved-matches-orders");
    });

    it("sells exactly the stock, and shows when more was sold", async () => {
      await bench.consume(lockFirst);
      const exact = await bench.race({ stock: 25 });
      expect(exact.counts).toMatchObject({ accepted: 60, reserved: 25, rejected: 35 });
      expect(failures(exact.checks)).toEqual([]);
      expect(exact.verdict, exact.reason).toBe("consistent");
      expect(exact.checks.find((c) => c.check === "sold-exactly")?.found).toBe("25 sold");
      const end = { available: 0, rejected: 35 };
      if (schema === "ours") expect(exact.timeline?.points.at(-1)).toMatchObject(end);
      else expect(exact.timeline).toBeUndefined();
    });
  });
}

describe("audit race", () => {
  let bench: RaceBench;
  beforeEach(async () => {
    bench = await openRaceBench("ours");
  });
  afterEach(() => bench.close());

  it("is inconclusive at once when nobody consumes, and places nothing", async () => {
    const run = await bench.race();
    expect(run.verdict).toBe("inconclusive");
    expect(run.reason).toContain("no consumer");
    const ranges = await bench.log.ranges();
    expect(ranges.every(({ low, high }) => low === high)).toBe(true);
  });

  it("oversells to a consumer that reads, then writes", async () => {
    await bench.consume(readThenWrite);
    const run = await bench.race({ stock: 10 });
    expect(run.verdict).toBe("violated");
    expect(failures(run.checks)).toContain("sold-exactly");
  });

  it("is inconclusive when one transaction at a time leaves nothing to race", async () => {
    await bench.consume(lockFirst, 1);
    const run = await bench.race({ rounds: 1, orders: 5, holdMsMax: 800 });
    expect(run.verdict).toBe("inconclusive");
    expect(run.checks.find((c) => c.check === "transactions-overlapped")?.status).toBe("unknown");
    expect(failures(run.checks)).toEqual([]);
  });

  it("lets the row go when it is interrupted", async () => {
    const interrupt = new AbortController();
    await bench.consume(lockFirst, 1);
    const race = bench.race({ rounds: 1, orders: 5 }, interrupt.signal);
    race.catch(() => {});
    const held = () =>
      bench.database.query<{ pid: number }>({
        text: `SELECT pid FROM pg_stat_activity
               WHERE datname = current_database() AND application_name = 'orders test'
                 AND state LIKE 'idle in transaction%' AND query LIKE '%FOR UPDATE%'`,
      });
    await eventually(async () => (await held()).rows.length > 0, "the row is held");
    interrupt.abort();
    await expect(race).rejects.toThrow();
    // The consumer may hold the row by now; we do not.
    expect((await held()).rows).toEqual([]);
  });
});
