import { expect, it } from "vitest";
import { postedBy } from "../../../src/journey/post-order.ts";

const url = new URL("http://api/order");
const id = "6f1b0b0e-7d7c-5c0e-9a55-6f7264657273";
const other = id.replace("6f1b", "0000");
const naming = (order_id: string) => JSON.stringify({ order_id });
const post = (status: number, body: string) => () => postedBy(url, status, body, id);

it("follows an accepted order under the id that it was given", () => {
  const accepted = { state: "accepted", answer: "HTTP 202" };
  expect(post(202, naming(id))()).toEqual({ orderId: id, ...accepted });
  expect(post(202, naming(other.toUpperCase()))()).toEqual({ orderId: other, ...accepted });
});

// No promise names this order as accepted: a page of some proxy may say 200, too.
it.each([
  [200, "<html>", "HTTP 200 without an order_id"],
  [302, "", "HTTP 302"],
  [500, "", "HTTP 500"],
  [502, "", "HTTP 502"],
  [504, naming(id), "HTTP 504"],
])("follows one of which nobody can say, as unknown: %d %j", (status, body, answer) => {
  expect(post(status, body)()).toEqual({ orderId: id, state: "unknown", answer });
});

it.each([
  [400, {}, "usage", /mend what it says/],
  [502, { error: "kafka_refused" }, "environment", /mend what it says/],
  [503, {}, "environment", /orders status/],
])("ends at a definite no: %d %j", (status, body, kind, remedy) => {
  const refusal = post(status, JSON.stringify({ ...body, message: "why" }));
  expect(refusal).toThrow(`refused the order with HTTP ${status}: why`);
  expect(refusal).toThrow(expect.objectContaining({ kind, remedy: expect.stringMatching(remedy) }));
});
