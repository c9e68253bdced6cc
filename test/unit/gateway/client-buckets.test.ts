import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ClientBuckets } from "../../../src/gateway/client-buckets.ts";

it("lets a client do what its rate allows, in any stretch of time, and no more", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 200 }),
      (perSecond, pausesMs) => {
        let nowMs = 0;
        const buckets = new ClientBuckets(perSecond, 10, () => nowMs);
        let allowed = 0;
        for (const pauseMs of pausesMs) {
          nowMs += pauseMs;
          const taken = buckets.take("a");
          if (taken.allowed) allowed += 1;
          else {
            expect(taken.waitMs).toBeGreaterThan(0);
            nowMs += taken.waitMs;
            expect(buckets.take("a").allowed).toBe(true);
            allowed += 1;
          }
        }
        expect(allowed).toBeLessThanOrEqual(perSecond + (nowMs / 1_000) * perSecond + 1e-6);
      },
    ),
  );
});

it("remembers as many clients as it may, the most silent is forgotten first", () => {
  const buckets = new ClientBuckets(1, 1_000, () => 0);
  buckets.take("busy");
  for (let i = 0; i < 10_000; i++) {
    expect(buckets.take(`client-${i}`).allowed).toBe(true);
    expect(buckets.take("busy").allowed).toBe(false);
  }
  expect(buckets.size).toBe(1_000);
});
