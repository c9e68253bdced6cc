import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decideRestart,
  restartPolicy,
} from "../../../../../src/runtime/lifecycle/processes/restart-policy.ts";

it("doubles the delay with each death, then gives up", () => {
  const now = 1_000_000;
  const after = (deaths: number) => decideRestart(Array(deaths).fill(now), now);
  expect(after(1)).toEqual({ action: "restart", delayMs: 500 });
  expect(after(2)).toEqual({ action: "restart", delayMs: 1_000 });
  expect(after(4)).toEqual({ action: "restart", delayMs: 4_000 });
  expect(after(5)).toEqual({ action: "give-up", deaths: 5 });
});

it("never gives up on a child that dies seldom", () => {
  fc.assert(
    fc.property(fc.nat({ max: 200 }), (deaths) => {
      const gap = restartPolicy.windowMs / (restartPolicy.deathsMax - 1);
      const times = Array.from({ length: deaths + 1 }, (_, i) => i * gap);
      expect(decideRestart(times, deaths * gap).action).toBe("restart");
    }),
  );
});

it("waits within its bounds, whatever the history", () => {
  fc.assert(
    fc.property(fc.array(fc.nat()), fc.nat(), (deaths, now) => {
      const decision = decideRestart([...deaths, now], now);
      if (decision.action === "give-up") return;
      expect(decision.delayMs).toBeGreaterThanOrEqual(restartPolicy.firstDelayMs);
      expect(decision.delayMs).toBeLessThanOrEqual(restartPolicy.maxDelayMs);
    }),
  );
});
