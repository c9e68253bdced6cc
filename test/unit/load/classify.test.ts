import { describe, expect, it } from "vitest";
import { classifyError, classifyResponse } from "../../../src/load/targets/classify.ts";

const id = "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273";
const accepted = JSON.stringify({ order_id: id, status: "accepted" });

describe("classifyResponse", () => {
  it.each([
    [202, accepted, "acked", undefined],
    [202, accepted.toUpperCase().replace("ORDER_ID", "order_id"), "acked", undefined],
    [202, accepted.replace("6f1b", "0000"), "failed", "other_id"],
    [202, "{}", "failed", "other_id"],
    [202, "", "failed", "other_id"],
    [202, "null", "failed", "other_id"],
    [400, "{}", "failed", undefined],
    [413, "{}", "failed", undefined],
    [415, "{}", "failed", undefined],
    [429, "", "failed", undefined],
    [503, "{}", "failed", undefined],
    [504, JSON.stringify({ order_id: id, status: "unknown" }), "unknown", undefined],
    [500, "", "unknown", undefined],
    [502, "", "unknown", undefined],
    [200, accepted, "unknown", undefined],
    [302, "", "unknown", undefined],
  ])("%d with %s is %s", (status, body, state, problem) => {
    const answer = classifyResponse(status, body, id);
    expect([answer.state, answer.problem]).toEqual([state, problem]);
    expect(answer.kind).toContain(String(status));
  });
});

describe("classifyError", () => {
  const withCode = (code: string) => Object.assign(new Error("x"), { code });

  it("is failed and unreachable while nothing was sent", () => {
    expect(classifyError(withCode("ECONNREFUSED"), false)).toEqual({
      state: "failed",
      kind: "ECONNREFUSED",
      problem: "unreachable",
    });
  });

  it("is unknown once bytes left, whatever the error", () => {
    for (const code of [
      "ECONNRESET",
      "EPIPE",
      "UND_ERR_SOCKET",
      "ETIMEDOUT",
      "HPE_INVALID_CONSTANT",
    ]) {
      expect(classifyError(withCode(code), true).state).toBe("unknown");
    }
    expect(classifyError(new TypeError("x"), true)).toEqual({
      state: "unknown",
      kind: "TypeError",
    });
  });

  it("looks into the several errors of a name with several addresses", () => {
    const both = new AggregateError([withCode("ECONNREFUSED"), withCode("ECONNREFUSED")]);
    expect(classifyError(both, false).kind).toBe("ECONNREFUSED");
  });
});
