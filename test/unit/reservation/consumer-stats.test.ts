import { expect, it } from "vitest";
import { ConsumerStats } from "../../../src/reservation/consumer-stats.ts";

it("speaks the reference system's line", () => {
  const stats = new ConsumerStats(0);
  stats.add({ reserved: 14_950, rejected: 30, deadLettered: 20, duplicates: 7 });
  expect(stats.line(10_000)).toBe(
    "Stats: Processed=15000, Success=14950, Failed=50, Throughput=1500 msg/sec, Success Rate=99.67%",
  );
  expect(stats.line(20_000)).toContain(
    "Processed=15000, Success=14950, Failed=50, Throughput=0 msg/sec",
  );
});

it("gives no rate of nothing", () => {
  expect(new ConsumerStats(0).line(10_000)).toMatch(/Processed=0, .* Success Rate=n\/a$/);
});
