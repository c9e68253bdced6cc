import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guessMessage } from "../../../../src/audit/mapping/draft/guess-message.ts";
import { guessStatuses } from "../../../../src/audit/mapping/draft/guess-statuses.ts";
import {
  type DraftRelation,
  guessOrders,
  guessStock,
} from "../../../../src/audit/mapping/draft/guess-tables.ts";
import { likenessOf, wordsOf } from "../../../../src/audit/mapping/draft/likeness.ts";
import { writeDraft } from "../../../../src/audit/mapping/draft/write-draft.ts";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";

function table(
  name: string,
  columns: Readonly<Record<string, string>>,
  key?: string,
): DraftRelation {
  return {
    ...{ schema: "sales", name, visible: false, kind: "table", readable: true, rows: 5 },
    columns: Object.entries(columns).map(([column, type]) => ({
      ...{ name: column, type, isKey: column === key },
    })),
  };
}

const relations = [
  table("customers", { id: "integer", name: "text", status: "text" }, "id"),
  table(
    "CustomerOrders",
    {
      ...{ Id: "bigint", CustomerNo: "integer", Sku: "text", Qty: "integer" },
      ...{ TotalCents: "bigint", State: "sales.state", CreatedAt: "timestamp with time zone" },
    },
    "Id",
  ),
  table(
    "Lager",
    { Artikel: "text", free: "integer", held: "integer", price: "numeric" },
    "Artikel",
  ),
  table("audit_log", { id: "uuid", payload: "jsonb", at: "timestamp" }, "id"),
];

describe("a draft of a mapping", () => {
  it("knows words however they are joined", () => {
    expect(wordsOf("orderID")).toEqual(["order", "id"]);
    expect(wordsOf("ORDER_ID")).toEqual(["order", "id"]);
    expect(wordsOf("XMLHttpRequest2Id")).toEqual(["xml", "http", "request2", "id"]);
    expect(wordsOf("заказНомер")).toEqual(["заказ", "номер"]);
    expect(likenessOf("OrderId", ["order_id"])).toBe(100);
    expect(likenessOf("id", ["order_id"], ["order"])).toBeGreaterThan(
      likenessOf("id", ["order_id"]),
    );
    expect(likenessOf("colour", ["order_id", "quantity"])).toBe(0);
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string()), (name, wanted) => {
        const score = likenessOf(name, wanted);
        expect(score >= 0 && score <= 100).toBe(true);
      }),
    );
  });

  it("finds tables and columns by names and types", () => {
    const [orders] = guessOrders(relations);
    expect(orders?.relation.name).toBe("CustomerOrders");
    const named = Object.entries(orders?.columns ?? {}).map(([key, { best }]) => [key, best?.name]);
    expect(Object.fromEntries(named)).toEqual({
      ...{ order_id: "Id", customer_id: "CustomerNo", product_id: "Sku", quantity: "Qty" },
      ...{ amount: "TotalCents", status: "State", created_at: "CreatedAt", line_no: undefined },
      ...{ rejection_reason: undefined, source_partition: undefined, source_offset: undefined },
    });
    const [stock] = guessStock(relations);
    expect(stock?.relation.name).toBe("Lager");
    expect(stock?.columns.available_quantity.best?.name).toBe("free");
    expect(stock?.columns.reserved_quantity.best?.name).toBe("held");
    expect(guessOrders([relations[3] as DraftRelation])).toEqual([]);
  });

  it("knows what statuses mean, and says so where it does not", () => {
    const of = (...values: string[]) =>
      guessStatuses(values.map((value) => ({ value, rows: 1 }))).map(({ meaning }) => meaning);
    expect(of("CONFIRMED", "OUT_OF_STOCK", "NEW", "Cancelled", "SHIPPED", "refunded")).toEqual([
      ...["reserved", "rejected", "undecided", "cancelled", "shipped", "released"],
    ]);
    expect(of("WEIRD", "", "4")).toEqual([undefined, undefined, undefined]);
  });

  it("finds envelope, items and fields of messages", () => {
    const order = {
      ...{ id: 4, customer: { no: 9, name: "x" }, total: 3.5, note: "a" },
      lines: [{ article: "a", pieces: 2, price: 1.75 }],
    };
    const paths = (...documents: unknown[]) => {
      const guess = guessMessage(documents.map((each) => Buffer.from(JSON.stringify(each))));
      const fields = Object.entries(guess?.fields ?? {});
      return [
        guess?.envelope,
        Object.fromEntries(fields.map(([key, { best }]) => [key, best?.name])),
      ];
    };
    const fields = {
      ...{ order_id: ["id"], customer_id: ["customer", "no"], amount: ["total"] },
      ...{ items: ["lines"], product_id: ["article"], quantity: ["pieces"], price: ["price"] },
    };
    expect(paths(order)).toEqual(["none", fields]);
    expect(paths({ payload: { after: order, op: "c" } })).toEqual(["debezium", fields]);
    expect(paths({ specversion: "1.0", data: order })).toEqual(["cloudevents", fields]);
    expect(paths({ order_id: "a", product_id: "b", quantity: 1 })).toEqual([
      "none",
      {
        ...{ order_id: ["order_id"], product_id: ["product_id"], quantity: ["quantity"] },
        ...{ customer_id: undefined, amount: undefined, price: undefined, items: undefined },
      },
    ]);
    const framed = Buffer.concat([Buffer.alloc(5), Buffer.from(JSON.stringify(order))]);
    expect(guessMessage([framed])?.envelope).toBe("schema-registry");
    expect(guessMessage([Buffer.from("no JSON")])).toBeUndefined();
    const kinds = [{ type: "placed" }, { type: "paid" }].map((each) => ({ ...each, orderId: 1 }));
    expect(guessMessage(kinds.map((each) => Buffer.from(JSON.stringify(each))))?.kinds).toEqual({
      ...{ path: ["type"], values: ["placed", "paid"] },
    });
  });

  it("is a mapping that can be read, whatever things are called", () => {
    const name = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('a"b', "a\nb", "# x", "ü\u007f"),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(name, { minLength: 4, maxLength: 4 }),
        ([a = "", b = "", c = "", d = ""]) => {
          const strange = table(`orders ${a}`, {
            ...{ [`order_id ${a}`]: "uuid", [`sku ${b}`]: "text", [`qty ${c}`]: "integer" },
            [`status ${d}`]: "text",
          });
          const { text } = writeDraft({
            ...{ orders: guessOrders([strange]), stock: [], message: undefined, noMessage: a },
            statuses: guessStatuses([
              { value: b, rows: 1 },
              { value: `OK`, rows: 2 },
            ]),
            looked: "here",
          });
          const { orders } = parseMapping(text, "draft");
          if (guessOrders([strange]).length === 0) return;
          expect(orders?.source.table).toBe(`sales.orders ${a}`);
          expect(orders?.columns.order_id).toBe(`order_id ${a}`);
          expect(orders?.status?.reserved).toContain("OK");
        },
      ),
    );
  });

  it("marks what is doubtful, and says what is missing", () => {
    const { text, unsure } = writeDraft({
      ...{
        orders: guessOrders(relations),
        stock: [],
        statuses: guessStatuses([{ value: "X", rows: 3 }]),
      },
      ...{ message: undefined, noMessage: "the topic holds no message", looked: "here" },
    });
    expect(text).toContain('order_id = "Id"');
    expect(unsure).toContain("stock.table: no table looks like it");
    expect(unsure).toContain("message: the topic holds no message");
    expect(unsure).toContain('orders.status_values: "X" (3 rows) may mean anything');
    expect(text.split("\n").filter((line) => line.endsWith("???")).length).toBeGreaterThanOrEqual(
      3,
    );
  });
});
