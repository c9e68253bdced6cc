import { describe, expect, it } from "vitest";
import { rejectionsJustified } from "../../../../src/audit/checks/rejections-justified.ts";
import { findingOf, rejectedRow, row, trace } from "./order-trace-of.ts";

const unrecorded = {
  ...rejectedRow,
  rejectionReason: undefined,
  rejectionDetail: undefined,
  namesMessage: false,
};

describe("rejections-justified", () => {
  it("passes when less was available than wanted", () => {
    expect(findingOf(rejectionsJustified, [trace([row]), trace([rejectedRow])])).toMatchObject({
      status: "pass",
      found: "1 justified",
    });
  });

  it.each([
    ["as much was available as wanted", { product_id: "PROD007", wanted: 2, available: 2 }],
    ["it wanted something else", { product_id: "PROD007", wanted: 3, available: 1 }],
    ["the product is none of the order's", { product_id: "PROD008", wanted: 2, available: 1 }],
  ])("fails when %s", (_, rejectionDetail) => {
    const traces = [trace([{ ...rejectedRow, rejectionDetail }])];
    expect(findingOf(rejectionsJustified, traces).status).toBe("fail");
  });

  it("fails for an unknown product that is known, passes for one that is not", () => {
    const of = (productId: string) =>
      trace(
        [
          {
            ...rejectedRow,
            productId,
            rejectionReason: "unknown_product",
            rejectionDetail: { product_id: productId, wanted: 2, available: 0 },
          },
        ],
        { sent: { lines: [{ productId, quantity: 2, amount: 1 }] } },
      );
    expect(findingOf(rejectionsJustified, [of("PROD007")]).status).toBe("fail");
    expect(findingOf(rejectionsJustified, [of("GHOST")]).status).toBe("pass");
  });

  it("fails where a row of our consumer lost its reason: reserved first, and flipped afterwards", () => {
    const flipped = { ...rejectedRow, rejectionReason: null, rejectionDetail: null };
    const context = { stockOnlyShrank: true };
    expect(findingOf(rejectionsJustified, [trace([flipped])], context).status).toBe("fail");
    const others = { ...flipped, namesMessage: false };
    expect(findingOf(rejectionsJustified, [trace([others])], context)).toMatchObject({
      status: "unknown",
      required: false,
    });
  });

  it("fails without any record when what is left would still meet it, and stock only shrank", () => {
    const context = { available: new Map([["PROD007", 2]]), stockOnlyShrank: true };
    expect(findingOf(rejectionsJustified, [trace([unrecorded])], context).status).toBe("fail");
  });

  it("does not know without a record; where stock only shrank it does not have to", () => {
    const traces = [trace([unrecorded])];
    expect(findingOf(rejectionsJustified, traces)).toMatchObject({
      status: "unknown",
      required: true,
    });
    expect(findingOf(rejectionsJustified, traces, { stockOnlyShrank: true })).toMatchObject({
      status: "unknown",
      required: false,
    });
  });
});
