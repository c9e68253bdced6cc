import { expect, it } from "vitest";
import { batchAnswersOf } from "../../../src/order/batch-answer.ts";

const ids = ["a", "b", "c", "d"].map((digit) => `${digit.repeat(8)}-0000-5000-8000-000000000000`);
const [a = "", b = "", c = "", d = ""] = ids;

function said(status: number, body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return batchAnswersOf(status, text, ids).map(({ state, said }) => `${state} ${said}`);
}

it("takes each order's id at its place", () => {
  expect(said(202, { order_ids: ids })).toEqual(Array(4).fill("acked 202"));
  expect(batchAnswersOf(202, JSON.stringify({ order_ids: [a, "other", c, d] }), ids)[1]).toEqual({
    ...{ state: "acked", said: "202", otherId: "other" },
  });
});

it.each([
  { order_ids: [a] },
  {},
  "null",
  "[]",
  "no JSON",
  { order_ids: [1, 2, 3, 4] },
])("does not take %j for an acceptance of all", (body) => {
  expect(said(202, body)).toEqual(Array(4).fill("unknown 202 without order_ids"));
});

it("gives each its own outcome where the answer lists them", () => {
  const lists = { acked: [a], unknown: [b], unsent: [c], refused: [d] };
  const each = [
    "acked 504 acked",
    "unknown 504 unknown",
    "failed 504 unsent",
    "failed 504 refused",
  ];
  expect(said(504, { status: "unknown", ...lists })).toEqual(each);
  expect(said(502, { error: "kafka_refused", ...lists })).toEqual(
    each.map((one) => one.replace("504", "502")),
  );
});

it("knows nothing of an order that stands in no list beside others", () => {
  expect(said(504, { acked: [a] })).toEqual([
    "acked 504 acked",
    ...Array(3).fill("unknown 504 unknown"),
  ]);
});

it("holds for all of them what is said of the whole", () => {
  expect(said(400, { error: "x", index: 2 })).toEqual(Array(4).fill("failed 400"));
  expect(said(503, "")).toEqual(Array(4).fill("failed 503"));
  expect(said(502, { error: "kafka_refused" })).toEqual(Array(4).fill("failed 502"));
  expect(said(500, "")).toEqual(Array(4).fill("unknown 500"));
  expect(said(302, "")).toEqual(Array(4).fill("unknown 302"));
});
