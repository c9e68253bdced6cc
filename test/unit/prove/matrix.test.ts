import { describe, expect, it } from "vitest";
import { type Finding, failed, passed, unknown } from "../../../src/audit/finding.ts";
import { type Verdict, verdictOf } from "../../../src/audit/verdict.ts";
import {
  isFound,
  judgeFault,
  judgeSound,
  proofVerdict,
  type SoundResult,
} from "../../../src/prove/matrix.ts";

const fault = {
  of: "pipeline" as const,
  name: "lost-update",
  explanation: "it loses an update",
  fires: [{ check: "reserved", because: "two orders, one counted" }],
};
const text = { expected: "even", found: "odd" };
const pass = (check: string) => passed(check, text);
const fail = (check: string) => failed(check, { ...text, examples: ["PROD001"] });

function judged(...checks: readonly Finding[]) {
  return judgeFault(fault, verdictOf(checks), 5);
}

function ran(verdict: Verdict): SoundResult {
  return judgeSound({ system: "batch", round: 1, seed: "s-1", orders: 9, durationMs: 5 }, verdict);
}

describe("a fault", () => {
  it("is found where the checks that were named fire, and no other", () => {
    const result = judged(fail("reserved"), pass("oversold"), unknown("offsets", text));
    expect(result).toMatchObject({ fired: ["reserved"], missed: [], unknown: ["offsets"] });
    expect(isFound(result)).toBe(true);
  });

  it("is missed where a named check is silent, has no evidence, or is not asked at all", () => {
    for (const checks of [[pass("reserved")], [unknown("reserved", text)], [pass("oversold")]]) {
      const result = judged(...checks);
      expect(result.missed).toEqual(["reserved"]);
      expect(isFound(result)).toBe(false);
    }
  });

  it("is not found cleanly where another check fires, too", () => {
    const result = judged(fail("reserved"), fail("oversold"));
    expect(result).toMatchObject({
      missed: [],
      falseAlarms: [{ check: "oversold", detail: "found odd: PROD001" }],
    });
    expect(isFound(result)).toBe(false);
  });
});

describe("all of it", () => {
  const found = judged(fail("reserved"));
  const sound = ran(verdictOf([pass("reserved")]));

  it("is consistent where all are found and nothing else is said", () => {
    expect(proofVerdict([found], [sound])).toMatchObject({ verdict: "consistent" });
  });

  it("is violated by one fault that is missed, and by one false alarm", () => {
    const missed = judged(pass("reserved"));
    expect(proofVerdict([found, missed], [sound])).toEqual({
      verdict: "violated",
      reason: "not found as it should be: lost-update",
    });
    expect(proofVerdict([found], [sound, ran(verdictOf([fail("reserved")]))])).toEqual({
      verdict: "violated",
      reason: "false alarms: batch (seed s-1)",
    });
    expect(proofVerdict([judged(fail("reserved"), fail("x"))], []).verdict).toBe("violated");
  });

  it("is open where a sound system got no verdict, and where nothing was run", () => {
    const open = ran(verdictOf([unknown("reserved", text)]));
    expect(proofVerdict([found], [open]).verdict).toBe("inconclusive");
    expect(proofVerdict([], []).verdict).toBe("inconclusive");
  });
});
