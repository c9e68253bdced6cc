import { describe, expect, it } from "vitest";
import { classifyError, classifyResponse } from "../../../../src/load/sending/classify.ts";

const id = "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273";
const accepted = JSON.stringify({ order_id: id, status: "accepted" });

describe("classifyResponse", () => {
  it("counts by status, and says what is odd about it", () => {
    expect(classifyResponse(202, accepted, id)).toEqual({ state: "acked", kind: "202" });
    expect(classifyResponse(504, "", id)).toEqual({ state: "unknown", kind: "504" });
    expect(classifyResponse(202, "{}", id)).toEqual({
      ...{ state: "unknown", kind: "202 without an order_id" },
    });
    const other = accepted.replace("6f1b", "0000");
    expect(classifyResponse(202, other, id)).toEqual({
      ...{ state: "acked", kind: "202 with another order_id", problem: "other_id" },
      orderId: id.replace("6f1b", "0000"),
    });
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
