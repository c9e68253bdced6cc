import fc from "fast-check";
import { expect, it } from "vitest";
import { type CatalogueRelation, relationNamed } from "../../../../src/audit/mapping/catalogue.ts";
import { idAsStored, orderIdTypeOf } from "../../../../src/audit/mapping/id-type.ts";
import { nearNames } from "../../../../src/audit/mapping/mapping-failure.ts";
import { sqlLiteral, sqlName } from "../../../../src/audit/mapping/sql-text.ts";

const relation = (schema: string, name: string, visible = false): CatalogueRelation => ({
  ...{ schema, name, visible, kind: "table", readable: true },
});
const all = [
  relation("public", "orders", true),
  relation("public", "sales.orders", true),
  relation("sales", "orders"),
  relation("sales", "Orders"),
  relation("Sales Dept", 'or"ders'),
];

it("finds a table by what a person writes", () => {
  const found = (name: string) => {
    const one = relationNamed(name, all);
    return one && [one.schema, one.name];
  };
  expect(found("orders")).toEqual(["public", "orders"]);
  expect(found("public.orders")).toEqual(["public", "orders"]);
  expect(found("sales.Orders")).toEqual(["sales", "Orders"]);
  expect(found('sales."orders"')).toEqual(["sales", "orders"]);
  expect(found('SALES."Orders"')).toEqual(["sales", "Orders"]);
  expect(found('"Sales Dept"."or""ders"')).toEqual(["Sales Dept", 'or"ders']);
  expect(found('Sales Dept.or"ders')).toEqual(["Sales Dept", 'or"ders']);
  expect(found("Orders")).toBeUndefined();
  expect(found('"')).toBeUndefined();
  // Among names that are ambiguous the one that needs no schema, as in SQL.
  expect(found("sales.orders")).toEqual(["public", "sales.orders"]);
});

it("asks only for ids that a row can have", () => {
  const uuid = "0196B4F0-0000-7000-8000-0123456789AB";
  expect(idAsStored(uuid, "uuid")).toBe(uuid.toLowerCase());
  expect(idAsStored("17", "uuid")).toBeUndefined();
  expect(idAsStored("007", "integer")).toBe("7");
  expect(idAsStored("-0", "bigint")).toBe("0");
  expect(idAsStored("2147483648", "integer")).toBeUndefined();
  expect(idAsStored("-2147483648", "integer")).toBe("-2147483648");
  expect(idAsStored("9223372036854775807", "bigint")).toBe("9223372036854775807");
  expect(idAsStored("9223372036854775808", "bigint")).toBeUndefined();
  expect(idAsStored("123456789012345678901234567890", "numeric")).toBe(
    "123456789012345678901234567890",
  );
  for (const id of ["", " 1", "1.0", "1e3", "0x1", uuid, "٣"]) {
    expect(idAsStored(id, "bigint"), id).toBeUndefined();
  }
  expect(idAsStored(uuid, "text")).toBe(uuid);
  expect(idAsStored("a\u0000b", "text")).toBeUndefined();
});

it("knows the types in which ids are compared", () => {
  expect(orderIdTypeOf("character varying")).toBe("text");
  expect(orderIdTypeOf("bigint")).toBe("bigint");
  expect(orderIdTypeOf("jsonb")).toBeUndefined();
  expect(orderIdTypeOf("toString")).toBeUndefined();
});

it("puts any name and any text into SQL as it is", () => {
  expect(sqlName('a"b')).toBe('"a""b"');
  expect(sqlLiteral("it's")).toBe("'it''s'");
  expect(sqlLiteral("a\\'b")).toBe("E'a\\\\''b'");
  fc.assert(
    fc.property(fc.string(), (text) => {
      const name = sqlName(text);
      expect(name.slice(1, -1).replaceAll('""', "")).not.toContain('"');
      expect(name.slice(1, -1).replaceAll('""', '"')).toBe(text);
    }),
  );
});

it("names what is like it, however it is written", () => {
  expect(nearNames("order_id", ["Id", "OrderID", "customer", "order_uuid"], 2)).toEqual([
    "Id",
    "OrderID",
  ]);
  expect(nearNames("qty", ["quantity", "quality", "qty_ordered"], 1)).toEqual(["qty_ordered"]);
});
