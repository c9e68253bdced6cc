import { describe, expect, it } from "vitest";
import { type Counts, noCounts } from "../../../src/load/counts.ts";
import { judgeDelivery } from "../../../src/load/judge-delivery.ts";
import { loadResult } from "./load-result.ts";

function judged(counts: Partial<Counts>, more: Parameters<typeof loadResult>[1] = {}) {
  return judgeDelivery(loadResult({ ...noCounts(), ...counts }, more));
}

describe("judgeDelivery", () => {
  it("is delivered when everything was acknowledged at the asked rate", () => {
    const found = judged({ offered: 1_000, sent: 1_000, acked: 1_000 });
    expect(found.verdict).toBe("delivered");
    expect(found.exitCode).toBe(0);
  });

  it.each<[string, Partial<Counts>, Parameters<typeof loadResult>[1]]>([
    ["one order was dropped", { offered: 1_000, sent: 999, acked: 999, dropped: 1 }, {}],
    [
      "98.9 % of the rate was achieved",
      { offered: 1_000, sent: 1_000, acked: 1_000 },
      { achievedRatePerSecond: 98.9 },
    ],
    ["98.9 % were acknowledged", { offered: 1_000, sent: 1_000, acked: 989, failed: 11 }, {}],
    [
      "98.9 % were acknowledged, the rest unknown",
      { offered: 1_000, sent: 1_000, acked: 989, unknown: 11 },
      {},
    ],
    ["nothing became due", {}, {}],
    [
      "it was stopped, and not delivered until then",
      { offered: 100, sent: 99, acked: 99, dropped: 1 },
      { end: "stopped" },
    ],
  ])("is undelivered, exit 5, when %s", (_, counts, more) => {
    expect(judged(counts, more)).toMatchObject({ verdict: "undelivered", exitCode: 5 });
  });

  it("is delivered at exactly 99 % of both", () => {
    const found = judged(
      { offered: 1_000, sent: 1_000, acked: 990, failed: 10 },
      { achievedRatePerSecond: 99 },
    );
    expect(found.exitCode).toBe(0);
  });

  it("is invalid, exit 5, when a process that made it died, though all that is known is well", () => {
    const deaths = [{ instance: 2, atMs: 5_000, how: "SIGKILL" }];
    const found = judged(
      { offered: 1_000, sent: 1_000, acked: 1_000 },
      { instances: { count: 3, deaths } },
    );
    expect(found).toMatchObject({ verdict: "invalid", exitCode: 5 });
    expect(found.sentence).toContain(
      "1 of the 3 processes that made the load died (instance 2: SIGKILL)",
    );
  });

  it("holds the limit of a process against the busiest of several, not against all together", () => {
    const slow = { achievedRatePerSecond: 90 };
    const counts = { offered: 1_000, sent: 1_000, acked: 1_000 };
    const generator = { loopDelayMsMax: 0, cpuShare: 1.6, busiestCpuShare: 0.8 };
    expect(judged(counts, { ...slow, generator }).verdict).toBe("undelivered");
    const busy = { ...generator, busiestCpuShare: 0.95 };
    expect(judged(counts, { ...slow, generator: busy }).verdict).toBe("invalid");
  });

  it("is unreachable, exit 4, when no order found a connection, and says what to do", () => {
    const found = judged({ offered: 10, failed: 9, dropped: 1 }, { unreachable: 9 });
    expect(found).toMatchObject({ verdict: "unreachable", exitCode: 4 });
    expect(found.sentence).toContain("http://127.0.0.1:1/order");
    expect(found.sentence).toContain("orders up");
  });

  it("is undelivered when only some orders found no connection", () => {
    const found = judged({ offered: 10, sent: 1, acked: 1, failed: 9 }, { unreachable: 9 });
    expect(found.exitCode).toBe(5);
  });

  it("names an API that gives orders other ids", () => {
    const found = judged({ offered: 10, sent: 10, failed: 10 }, { otherId: 10 });
    expect(found.sentence).toContain("another order_id");
  });

  it("exits 7 when the history is incomplete", () => {
    const found = judged(
      { offered: 10, sent: 10, acked: 10 },
      { end: "history_failed", historyError: "ENOSPC: no space left" },
    );
    expect(found.exitCode).toBe(7);
    expect(found.sentence).toContain("no space left");
  });

  it("rounds a share down: what is below the limit must not read as the limit", () => {
    const found = judged({ offered: 100_000, sent: 100_000, acked: 98_999, failed: 1_001 });
    expect(found.sentence).toContain("98.9 %");
  });
});

describe("the generator judges itself", () => {
  const missed = { achievedRatePerSecond: 90 };
  const counts = { offered: 100, sent: 100, acked: 100, failed: 0, unknown: 0, dropped: 0 };
  const healthy = { loopDelayMsMax: 20, cpuShare: 0.4, coreWaitShare: 0.1 };

  it.each([
    ["its core was full", { ...healthy, cpuShare: 0.97 }, "97.0 % of a core"],
    ["others had the cores", { ...healthy, coreWaitShare: 0.3 }, "30.0 % of the time it waited"],
    ["it stood still", { ...healthy, loopDelayMsMax: 2_400 }, "stood still for 2,400 ms"],
  ])("a rate that was missed because %s is invalid", (_, generator, said) => {
    const judged = judgeDelivery(loadResult(counts, { ...missed, generator }));
    expect(judged).toMatchObject({ verdict: "invalid", exitCode: 5 });
    expect(judged.sentence).toContain(said);
  });

  it("without a socket left, it is invalid whatever else holds", () => {
    const answers = [{ state: "failed" as const, kind: "EADDRNOTAVAIL", count: 7 }];
    const some = { ...counts, acked: 93, failed: 7 };
    expect(judgeDelivery(loadResult(some, { answers }))).toMatchObject({ verdict: "invalid" });
  });

  it("a healthy one that missed the rate says so of the target", () => {
    const judged = judgeDelivery(loadResult(counts, { ...missed, generator: healthy }));
    expect(judged.verdict).toBe("undelivered");
  });

  it("a rate that was reached is delivered, however hard it was", () => {
    const generator = { loopDelayMsMax: 5_000, cpuShare: 1.2 };
    expect(judgeDelivery(loadResult(counts, { generator })).verdict).toBe("delivered");
  });
});
