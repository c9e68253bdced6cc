import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWorkload, type WorkloadText } from "../../../src/load/parse-workload.ts";
import { requestBody } from "../../../src/load/targets/http.ts";
import { createWorkload, type WorkloadSpec } from "../../../src/load/workload.ts";
import { orderIdForKey } from "../../../src/order/order-id.ts";
import { parseOrderMessage, writeOrderMessage } from "../../../src/order/order-message.ts";
import { seededProducts } from "../../../src/order/seeded-products.ts";

function spec(overrides: Partial<WorkloadText> = {}): WorkloadSpec {
  return parseWorkload({ seed: "a", runId: "run", ...overrides });
}

function orders(count: number, overrides: Partial<WorkloadText> = {}) {
  const workload = createWorkload(spec(overrides));
  return Array.from({ length: count }, (_, n) => workload.order(n));
}

describe("createWorkload", () => {
  it("gives the same orders for the same seed, in whatever sequence they are asked for", () => {
    const forwards = orders(200);
    const workload = createWorkload(spec());
    const backwards = Array.from({ length: 200 }, (_, n) => workload.order(199 - n)).reverse();
    expect(backwards).toEqual(forwards);
  });

  it("gives other orders for another seed", () => {
    const content = (seed: string) => orders(50, { seed }).map((order) => requestBody(order));
    expect(content("a")).not.toEqual(content("b"));
  });

  it("keeps runs apart: the same seed under another run id has other keys and ids, same content", () => {
    const [first, second] = [orders(100), orders(100, { runId: "other" })];
    const ids = new Set([...first, ...second].map((order) => order.orderId));
    expect(ids.size).toBe(200);
    expect(second.map(requestBody)).toEqual(first.map(requestBody));
  });

  it("never repeats a key with other content: the key depends on the whole workload", () => {
    const variants: Partial<WorkloadText>[] = [
      { seed: "b" },
      { customers: 9 },
      { quantity: "2" },
      { linesPerOrder: 2 },
      { hot: ["PROD007=80%"] },
      { products: "PROD001" },
    ];
    const keys = [{}, ...variants].map((variant) => orders(1, variant)[0]?.key);
    expect(new Set(keys).size).toBe(variants.length + 1);
  });

  it("knows each order's id before it is sent", () => {
    for (const { customerId, key, orderId } of orders(50)) {
      expect(orderId).toBe(orderIdForKey(customerId, key));
    }
  });

  it("prices every order exactly in cents", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1_000_000 }),
        fc.integer({ min: 1, max: 20 }),
        (n, lines) => {
          const order = createWorkload(spec({ linesPerOrder: lines, quantity: "1-1000" })).order(n);
          const cents = order.lines.reduce((sum, line) => {
            const price = seededProducts.find(
              (product) => product.productId === line.productId,
            )?.price;
            return sum + line.quantity * Math.round((price ?? Number.NaN) * 100);
          }, 0);
          expect(order.amount).toBe(cents / 100);
        },
      ),
    );
  });

  it("stays within customers and quantities, and uses all of them", () => {
    const all = orders(3_000, { customers: 7, quantity: "2-4" });
    expect(new Set(all.map((order) => order.customerId)).size).toBe(7);
    expect(new Set(all.map((order) => order.lines[0]?.quantity))).toEqual(new Set([2, 3, 4]));
    expect(new Set(all.map((order) => order.lines[0]?.productId)).size).toBe(10);
  });

  it("gives hot products their share, and the rest evenly to the others", () => {
    const all = orders(20_000, { hot: ["PROD007=80%"] });
    const share = (id: string) =>
      all.filter((order) => order.lines[0]?.productId === id).length / all.length;
    expect(share("PROD007")).toBeCloseTo(0.8, 1);
    expect(share("PROD001")).toBeCloseTo(0.2 / 9, 1);
    expect(
      orders(100, { hot: ["PROD007=100%"] }).every((o) => o.lines[0]?.productId === "PROD007"),
    ).toBe(true);
  });

  it("draws customers, products, quantities and prices each by its own distribution", () => {
    const all = orders(4_000, {
      ...{ customers: "1000:hot=1%/50%", products: "all:zipf=1.5", quantity: "1-9:zipf=2" },
      ...{ price: "5-500:hot=10%/90%", linesPerOrder: 2 },
    });
    const share = (is: (order: (typeof all)[number]) => boolean) => all.filter(is).length / 4_000;
    expect(share(({ customerId }) => Number(customerId.slice(4)) <= 10)).toBeCloseTo(0.5, 1);
    expect(share(({ lines }) => lines[1]?.productId === "PROD001")).toBeCloseTo(0.5, 1);
    expect(share(({ lines }) => lines[0]?.quantity === 1)).toBeCloseTo(0.65, 1);
    expect(share(({ items }) => (items?.[0]?.price ?? 0) <= 54.5)).toBeCloseTo(0.9, 1);
    for (const { items, amount } of all) {
      for (const { price = 0 } of items ?? []) expect(price >= 5 && price <= 500).toBe(true);
      const cents = items?.map(({ price, quantity }) => Math.round(price * 100) * quantity);
      expect(Math.round(amount * 100)).toBe(cents?.reduce((sum, each) => sum + each, 0));
    }
  });

  it("gives the same orders as ever where no distribution is asked for", () => {
    const even = { customers: "10000:uniform", quantity: "1-5:uniform" };
    expect(orders(50, even).map(requestBody)).toEqual(orders(50).map(requestBody));
  });

  it("writes messages that the consumer reads as the same order", () => {
    for (const linesPerOrder of [1, 3]) {
      const order = createWorkload(spec({ linesPerOrder })).order(5);
      const { orderId, customerId, lines, amount, items } = order;
      const value = writeOrderMessage(
        { orderId, customerId, lines, placedAtMs: 1_000 },
        amount,
        items,
      );
      expect(parseOrderMessage(Buffer.from(value), 0)).toEqual({
        ok: true,
        order: { orderId, customerId, lines, placedAtMs: 1_000 },
      });
    }
  });
});

describe("parseWorkload", () => {
  it.each<[Partial<WorkloadText>, RegExp]>([
    [{ products: "PROD999" }, /price of PROD999 is not known/],
    [{ products: "PROD999=1.234" }, /is not a price/],
    [{ products: "PROD001,PROD001" }, /names a product twice/],
    [{ products: "PROD001,," }, /empty or unusable/],
    [{ hot: ["PROD007"] }, /is not PRODUCT=SHARE%/],
    [{ hot: ["PROD007=0%"] }, /is not PRODUCT=SHARE%/],
    [{ hot: ["PROD007=101%"] }, /is not PRODUCT=SHARE%/],
    [{ hot: ["NONE=5%"] }, /not among the products/],
    [{ hot: ["PROD007=60%", "PROD001=50%"] }, /exceed 100 %/],
    [{ hot: ["PROD007=10%", "PROD007=20%"] }, /product twice/],
    [{ products: "PROD001", hot: ["PROD001=50%"] }, /do not reach 100 %/],
    [{ quantity: "0" }, /is not a number of pieces/],
    [{ quantity: "5-1" }, /is not a number of pieces/],
    [{ quantity: "1-2000000" }, /is not a number of pieces/],
    [{ customers: "0" }, /no number of customers/],
    [{ customers: "x:zipf=1" }, /no number of customers/],
    [{ price: "5-1" }, /no price or range/],
    [{ price: "0-2000000" }, /no price or range/],
    [{ price: ":zipf=1" }, /no price or range/],
    [{ products: "all:zipf=1", hot: ["PROD007=80%"] }, /contradict/],
    [{ runId: "a b" }, /cannot be used/],
    [{ runId: "" }, /cannot be used/],
  ])("refuses %j", (text, message) => {
    expect(() => spec(text)).toThrow(message);
  });

  it.each([
    { payShare: "0.3" },
    { cancelShare: "101%" },
    { payShare: "60%", cancelShare: "41%" },
  ])("refuses shares that are none: %j", (shares) => {
    expect(() => parseWorkload({ seed: "s", runId: "r", ...shares })).toThrow(/share|100 %/);
  });

  it("takes products that the seed data does not have, with their price", () => {
    expect(spec({ products: "PROD001,NEW=0.05" }).products).toEqual([
      { productId: "PROD001", price: 1299.99 },
      { productId: "NEW", price: 0.05 },
    ]);
  });
});

describe("seededProducts", () => {
  it("are those of the seed data, at its prices", () => {
    const sql = readFileSync("database/seed/products.sql", "utf8");
    const rows = [...sql.matchAll(/\('(PROD\d+)',.*?([\d.]+)\)/g)];
    expect(rows.map(([, productId, price]) => ({ productId, price: Number(price) }))).toEqual(
      seededProducts,
    );
  });
});
