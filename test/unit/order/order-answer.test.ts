import { expect, it } from "vitest";
import { answerOf } from "../../../src/order/order-answer.ts";

const id = "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273";
const accepted = JSON.stringify({ order_id: id, status: "accepted" });
const other = id.replace("6f1b", "0000");

it.each([
  [202, accepted, "acked"],
  [201, accepted, "acked"],
  [200, accepted, "acked"],
  [202, accepted.toUpperCase().replace("ORDER_ID", "order_id"), "acked"],
  [202, "{}", "unknown"],
  [202, "", "unknown"],
  [202, "null", "unknown"],
  [202, "[]", "unknown"],
  [202, '{"order_id":5}', "unknown"],
  [204, "", "unknown"],
  [102, "", "unknown"],
  [302, accepted, "unknown"],
  [304, "", "unknown"],
  [400, "{}", "failed"],
  [404, "", "failed"],
  [413, "{}", "failed"],
  [415, "{}", "failed"],
  [429, "", "failed"],
  [500, "", "unknown"],
  [502, "", "unknown"],
  [502, '{"error":"bad gateway"}', "unknown"],
  [502, '{"error":"kafka_refused"}', "failed"],
  [503, "{}", "failed"],
  [504, JSON.stringify({ order_id: id, status: "unknown" }), "unknown"],
  [599, "", "unknown"],
])("%d with %s: %s", (status, body, state) => {
  const silent = state === "unknown" && status >= 200 && status <= 299;
  const said = `${status}${silent ? " without an order_id" : ""}`;
  expect(answerOf(status, body, id)).toEqual({ state, said });
});

it("accepted under another id is accepted, and can be followed there", () => {
  for (const status of [200, 201, 202]) {
    const body = JSON.stringify({ order_id: other.toUpperCase() });
    expect(answerOf(status, body, id)).toEqual({
      state: "acked",
      said: `${status}`,
      otherId: other,
    });
  }
});
