import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Envelope } from "../../../../src/audit/mapping/mapping.ts";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";
import { createMessageReader } from "../../../../src/audit/mapping/read-message.ts";
import { writeMappedOrder } from "../../../../src/audit/mapping/write-order.ts";

function readerOf(toml: string) {
  const { message } = parseMapping(`[message]\n${toml}`, "m.toml");
  if (message === undefined) throw new Error("no message");
  const read = createMessageReader(message);
  return {
    message,
    read: (value: unknown) =>
      read(Buffer.isBuffer(value) || value === null ? value : Buffer.from(JSON.stringify(value))),
  };
}

const order = { order_id: 17, customer_id: "c", product_id: 4, quantity: "2", amount: "12.50" };
const contents = {
  ...{ orderId: "17", customerId: "c", amount: 12.5 },
  lines: [{ productId: "4", quantity: 2, amount: 12.5 }],
};

describe("a message of a foreign system", () => {
  it("is read by its paths", () => {
    const { read } = readerOf(
      "order_id='o.id'\ncustomer_id='/c.x'\nproduct_id='o.l[0].sku'\nquantity='o.l[0].n'\namount='cents'\nmoney='cents'",
    );
    expect(read({ o: { id: "A", l: [{ sku: "s", n: 3 }] }, "c.x": 9, cents: 1999 })).toEqual({
      kind: "order",
      contents: {
        ...{ orderId: "A", customerId: "9", amount: 19.99 },
        lines: [{ productId: "s", quantity: 3, amount: 19.99 }],
      },
    });
  });

  it("may have several lines, each with its price", () => {
    const { read } = readerOf(
      "order_id='id'\nitems='lines'\nproduct_id='p.sku'\nquantity='n'\nprice='each'\namount='sum'",
    );
    const line = (sku: string, n: number, each: number) => ({ p: { sku }, n, each });
    expect(
      read({ id: "x", sum: 3.5, lines: [line("a", 3, 0.1), line("b", 1, 3.2)] }),
    ).toMatchObject({
      contents: {
        amount: 3.5,
        lines: [
          { productId: "a", quantity: 3, amount: 0.3 },
          { productId: "b", quantity: 1, amount: 3.2 },
        ],
      },
    });
    expect(read({ id: "x", lines: [] })).toMatchObject({ contents: { lines: undefined } });
    expect(read({ id: "x", lines: [{}] })).toMatchObject({ contents: { lines: undefined } });
  });

  it("keeps every digit of a large id", () => {
    const { read } = readerOf("order_id='id'");
    expect(read(Buffer.from('{"id": 1234567890123456789}'))).toMatchObject({
      contents: { orderId: "1234567890123456789" },
    });
  });

  it("is unwrapped from what is around it", () => {
    const none = readerOf("envelope='none'");
    expect(none.read(order)).toEqual({ kind: "order", contents });
    const debezium = readerOf("envelope='debezium'");
    for (const value of [
      { schema: {}, payload: { before: null, after: order, op: "c" } },
      { before: null, after: order, op: "r" },
      { payload: { after: JSON.stringify(order) } },
    ]) {
      expect(debezium.read(value)).toEqual({ kind: "order", contents });
    }
    const events = readerOf("envelope='cloudevents'");
    for (const value of [
      { specversion: "1.0", data: order },
      { specversion: "1.0", data: JSON.stringify(order) },
      { data_base64: Buffer.from(JSON.stringify(order)).toString("base64") },
    ]) {
      expect(events.read(value)).toEqual({ kind: "order", contents });
    }
    const registry = readerOf("envelope='schema-registry'");
    const framed = Buffer.concat([
      Buffer.from([0, 0, 0, 1, 2]),
      Buffer.from(JSON.stringify(order)),
    ]);
    expect(registry.read(framed)).toEqual({ kind: "order", contents });
  });

  it("is no order where it is a change, another event, or empty", () => {
    const debezium = readerOf("envelope='debezium'");
    for (const op of ["u", "d", "t"]) {
      expect(debezium.read({ payload: { before: order, after: order, op } }).kind).toBe("other");
    }
    expect(debezium.read(null).kind).toBe("other");
    const events = readerOf(
      "envelope='cloudevents'\nonly_field='type'\nonly_values=['order.placed']",
    );
    expect(events.read({ type: "order.placed", data: order }).kind).toBe("order");
    expect(events.read({ type: "order.shipped", data: order }).kind).toBe("other");
    expect(events.read({ data: order }).kind).toBe("other");
  });

  it("says why it cannot be read", () => {
    const why = (toml: string, value: unknown) => {
      const found = readerOf(toml).read(value);
      return found.kind === "unreadable" ? found.why : found.kind;
    };
    expect(why("envelope='none'", Buffer.from("nonsense"))).toBe("its value is not JSON");
    expect(why("envelope='none'", Buffer.from([0xff, 0xfe, 0x7b, 0]))).toContain("UTF-16");
    expect(why("envelope='schema-registry'", order)).toContain("no frame");
    expect(why("envelope='schema-registry'", Buffer.from([0, 0, 0, 0, 1, 0x06, 0x80]))).toContain(
      "not JSON (Avro, Protobuf)",
    );
    expect(why("envelope='debezium'", order)).toContain("no payload.after");
    expect(why("envelope='cloudevents'", order)).toContain("no data");
    expect(why("envelope='cloudevents'", { data: "x" })).toContain("not JSON");
  });

  it("throws at nothing", () => {
    for (const envelope of ["none", "debezium", "cloudevents", "schema-registry"]) {
      const { read } = readerOf(`envelope='${envelope}'\norder_id='a.b[0]'\nitems='a'`);
      fc.assert(
        fc.property(fc.oneof(fc.json().map(Buffer.from), fc.uint8Array()), (value) => {
          expect(["order", "other", "unreadable"]).toContain(read(Buffer.from(value)).kind);
        }),
      );
    }
  });

  it("is read as it was written, by any paths that do not cross", () => {
    const name = fc.string({ minLength: 1 }).filter((text) => !/^\d+$/.test(text));
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 7, maxLength: 7 }),
        fc.constantFrom("none", "debezium", "cloudevents") as fc.Arbitrary<
          Exclude<Envelope, "schema-registry">
        >,
        fc.boolean(),
        fc.integer({ min: 1, max: 1_000_000 }),
        ([a = "", b = "", c = "", d = "", e = "", f = "", g = ""], envelope, lines, cents) => {
          const message = {
            ...{ envelope, only: undefined, key: "customer_id" as const, money: "cents" as const },
            paths: {
              ...{ order_id: [a, b], customer_id: [a, c], product_id: [d], quantity: [e, "0"] },
              ...(lines ? { items: [f], price: [g] } : { amount: [g] }),
            },
          };
          const placed = {
            ...{ orderId: "17", customerId: "who", productId: "9", quantity: 2 },
            ...{ amount: (2 * cents) / 100, price: cents / 100 },
          };
          const forms = { orderId: "number", customerId: "text", productId: "number" } as const;
          const text = writeMappedOrder(placed, message, forms, envelope);
          expect(createMessageReader(message)(Buffer.from(text))).toMatchObject({
            kind: "order",
            contents: {
              ...{ orderId: "17", customerId: "who" },
              lines: [{ productId: "9", quantity: 2, amount: placed.amount }],
            },
          });
        },
      ),
    );
  });
});
