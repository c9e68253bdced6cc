import { describe, expect, it } from "vitest";
import {
  classifyError,
  classifyResponse,
  excerptOf,
} from "../../../../src/load/sending/classify.ts";

const id = "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273";
const accepted = JSON.stringify({ order_id: id, status: "accepted" });

describe("classifyResponse", () => {
  it("counts by status, and says what is odd about it", () => {
    expect(classifyResponse(202, accepted, id)).toEqual({ state: "acked", kind: "202" });
    expect(classifyResponse(504, "", id)).toEqual({ state: "unknown", kind: "504" });
    expect(classifyResponse(202, "{}", id)).toEqual({
      ...{ state: "unknown", kind: "202 without an order_id", excerpt: "{}" },
    });
    const other = accepted.replace("6f1b", "0000");
    expect(classifyResponse(202, other, id)).toEqual({
      ...{ state: "acked", kind: "202 with another order_id", problem: "other_id" },
      orderId: id.replace("6f1b", "0000"),
    });
  });
});

describe("of a system with ids of its own", () => {
  const answers = {
    accepts: (s: number) => s === 201,
    idPath: ["data", "id"],
    ownIds: true,
  } as const;

  it("follows the order under that id, and finds nothing odd about it", () => {
    for (const given of ["A-7", 7])
      expect(classifyResponse(201, JSON.stringify({ data: { id: given } }), id, answers)).toEqual({
        ...{ state: "acked", kind: "201", orderId: String(given) },
      });
  });

  it("knows no order by what is no id, and takes no other status for an acceptance", () => {
    const kinds = [
      '{"data":{"id":9007199254740993}}',
      '{"data":{}}',
      "{}",
      "no JSON",
      '{"data":{"id":""}}',
    ];
    for (const body of kinds)
      expect(classifyResponse(201, body, id, answers)).toEqual({
        ...{ state: "unknown", kind: "201 without a data.id", excerpt: body },
      });
    expect(classifyResponse(200, '{"data":{"id":"x"}}', id, answers).state).toBe("unknown");
    expect(classifyResponse(409, "", id, answers).state).toBe("failed");
    expect(classifyResponse(201, "", id, { ...answers, idPath: undefined })).toEqual({
      ...{ state: "acked", kind: "201" },
    });
  });

  it("does not reach into what every object has", () => {
    const inherited = { ...answers, idPath: ["constructor", "name"] };
    expect(classifyResponse(201, "{}", id, inherited).state).toBe("unknown");
  });
});

describe("excerptOf", () => {
  it("is bounded, and ends in no half of a character", () => {
    expect(excerptOf("x".repeat(200))).toBe("x".repeat(200));
    expect(excerptOf("x".repeat(201))).toBe(`${"x".repeat(200)}…`);
    expect(excerptOf(`${"x".repeat(199)}😀`)).toBe(`${"x".repeat(199)}…`);
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
