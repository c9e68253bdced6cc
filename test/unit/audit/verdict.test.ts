import { describe, expect, it } from "vitest";
import { failed, passed, unknown } from "../../../src/audit/finding.ts";
import { verdictOf } from "../../../src/audit/verdict.ts";

const text = { expected: "1", found: "1" };
const pass = passed("a", text);
const fail = failed("b", { ...text, detail: "b is broken" });
const open = unknown("c", { ...text, detail: "c was not seen" });
const dispensable = unknown("d", { ...text, required: false });

describe("verdict", () => {
  it("is consistent when every required check passed", () => {
    expect(verdictOf([pass]).verdict).toBe("consistent");
    expect(verdictOf([pass, dispensable]).verdict).toBe("consistent");
  });
  it("is violated by one failure, whatever else is unknown", () => {
    expect(verdictOf([pass, open, fail])).toMatchObject({
      verdict: "violated",
      reason: "b is broken",
    });
  });
  it("is inconclusive when a required check has no evidence", () => {
    expect(verdictOf([pass, open])).toMatchObject({
      verdict: "inconclusive",
      reason: "c was not seen",
    });
  });
  it("is inconclusive when nothing was seen at all", () => {
    expect(verdictOf([]).verdict).toBe("inconclusive");
    expect(verdictOf([dispensable]).verdict).toBe("inconclusive");
  });
});
