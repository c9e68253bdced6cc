import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Allowance } from "../../../../src/audit/watch/allowance.ts";

describe("Allowance", () => {
  it("lets a cheap snapshot follow at once, and makes a dear one wait until it is earned", () => {
    const cheap = new Allowance(0.1, 0);
    cheap.spend(0, 10, 0);
    expect(cheap.nextMs(10)).toBe(200);
    const dear = new Allowance(0.1, 0);
    dear.spend(0, 500, 0);
    expect(dear.nextMs(500)).toBe(10_000);
  });

  it("gives one complete count on credit, and no second one before it is paid", () => {
    const allowance = new Allowance(0.1, 0);
    allowance.spend(0, 1_000, 1_000);
    expect(allowance.nextMs(1_000)).toBe(1_000);
    expect(allowance.canCount(1_000)).toBe(false);
    expect(allowance.canCount(10_000)).toBe(true);
    allowance.spend(1_000, 1_000, 1_000);
    expect(allowance.nextMs(2_000)).toBeCloseTo(10_000);
  });

  it("keeps to its share in the long run, whatever the work costs", () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        fc.array(fc.record({ work: fc.nat(2_000), count: fc.nat(2_000) }), {
          minLength: 200,
          maxLength: 300,
        }),
        (coreMax, works) => {
          const allowance = new Allowance(coreMax, 0);
          let [nowMs, spentMs, dearest] = [0, 0, 0];
          for (const { work, count } of works) {
            nowMs = Math.max(nowMs, allowance.nextMs(nowMs));
            // At the beginning of each: what was spent is earned, but for one count on credit.
            expect(spentMs).toBeLessThanOrEqual(coreMax * nowMs + dearest + 1e-6);
            allowance.spend(nowMs, work + count, count);
            nowMs += work + count;
            spentMs += work + count;
            dearest = Math.max(dearest, count);
          }
        },
      ),
    );
  });

  it("forgets savings: a quiet hour is no licence for a busy minute", () => {
    const allowance = new Allowance(0.1, 0);
    expect(allowance.canCount(3_600_000)).toBe(true);
    allowance.spend(3_600_000, 5_000, 5_000);
    expect(allowance.canCount(3_605_000)).toBe(false);
  });
});
