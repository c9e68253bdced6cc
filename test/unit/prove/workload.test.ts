import { expect, it } from "vitest";
import { parseOrderMessage } from "../../../src/order/order-message.ts";
import { drawWorkload } from "../../../src/prove/workload.ts";

const size = { runId: "r", orders: 200, customers: 25 };

it("is the same for the same seed, and another for another", () => {
  const drawn = drawWorkload({ ...size, seed: "a" });
  expect(drawWorkload({ ...size, seed: "a" })).toEqual(drawn);
  expect(drawWorkload({ ...size, seed: "b" })).not.toEqual(drawn);
});

it("says in its messages what its orders say, and holds all that may happen", () => {
  const seen = { several: 0, repeated: 0, unknown: 0, twiceInOne: 0 };
  const { stock, orders } = drawWorkload({ ...size, seed: "a" });
  for (const { order, value, copies } of orders) {
    const parsed = parseOrderMessage(value, 0);
    expect(parsed).toEqual({ ok: true, order });
    const products = order.lines.map(({ productId }) => productId);
    if (copies > 1) seen.repeated += 1;
    if (products.length > 1) seen.several += 1;
    if (new Set(products).size < products.length) seen.twiceInOne += 1;
    if (products.some((product) => !stock.has(product))) seen.unknown += 1;
  }
  expect(Object.values(seen).filter((times) => times === 0)).toEqual([]);
});

it("has strays among them in which nobody can read an order", () => {
  const { strays } = drawWorkload({ ...size, seed: "a" });
  expect(strays.length).toBeGreaterThan(1);
  for (const { value } of strays) expect(parseOrderMessage(value, 0).ok).toBe(false);
});

it("has less of the hottest product than is wanted", () => {
  const { stock, orders } = drawWorkload({ ...size, seed: "a" });
  const lines = orders.flatMap(({ order }) => order.lines);
  const wanted = lines
    .filter(({ productId }) => productId === "PROD001")
    .reduce((sum, { quantity }) => sum + quantity, 0);
  expect(stock.get("PROD001")).toBeLessThan(wanted);
  expect(stock.get("PROD001")).toBeGreaterThan(0);
});
