import { describe, expect, it } from "vitest";
import {
  judgeMessages,
  type MessageEvidence,
} from "../../../../src/audit/mapping/doctor/judge-messages.ts";
import {
  judgeTables,
  type TableEvidence,
} from "../../../../src/audit/mapping/doctor/judge-tables.ts";
import {
  diagnosisOf,
  type MappingFinding,
  missing,
  ok,
  unreachable,
  wrong,
} from "../../../../src/audit/mapping/doctor/mapping-finding.ts";
import { parseMapping } from "../../../../src/audit/mapping/parse-mapping.ts";

const mapping = parseMapping(
  "[orders.status_values]\nreserved='OK'\nundecided='NEW'\n[message]\norder_id='id'\namount='sum'",
  "m",
);
const columns = { order_id: '"id"', product_id: '"sku"', quantity: '"n"', status: '"s"' };

const product = (available: number, reserved: number, total: number, byOrders = reserved) => ({
  ...{ productId: `p${available}`, stock: { available, reserved, total } },
  ...{ reservedByOrders: byOrders, movedTotal: undefined },
});

function tables(change: Partial<TableEvidence> = {}, stock = true): TableEvidence {
  const present = {
    ...{ orderLines: false, rejectionDetail: false, deadLetters: false },
    ...{ consumerOffsets: false, stockMovements: false },
  };
  const names = { product_id: '"sku"', available_quantity: '"free"' };
  const all = { ...names, reserved_quantity: '"held"', total_quantity: '"total"' };
  return {
    schema: {
      ...{ present, orderIdType: "bigint", sources: false, replays: false },
      mapped: {
        orders: { from: "", table: '"orders"', names: columns, types: {} },
        inventory: { from: "", table: stock ? '"stock"' : undefined, names: all, types: {} },
        writersKept: true,
      },
    },
    statuses: [
      { status: "reserved", rows: 5 },
      { status: "NEW", rows: 2 },
    ],
    products: [product(10, 5, 15), product(0, 0, 0)],
    ...{ idIndexed: true, mayLock: true },
    ...change,
  };
}

const row = {
  ...{ lineNo: undefined, customerId: "c", productId: "p", quantity: 2, amount: 3 },
  ...{ status: "reserved", rejectionReason: null, rejectionDetail: null, namesMessage: false },
};
const order = (orderId: string | undefined, quantity = 2) => ({
  kind: "order" as const,
  contents: {
    ...{ orderId, customerId: "c", amount: 3 },
    lines: [{ productId: "p", quantity, amount: 3 }],
  },
});

function messages(change: Partial<MessageEvidence> = {}): MessageEvidence {
  return {
    ...{ topic: "t", group: "g", partitions: 3, messages: 9, rowsInAll: 7 },
    groupState: { members: 1, next: new Map([[0, 4]]) },
    read: [order("1"), order("2")],
    rows: new Map([["1", [row]]]),
    ...change,
  };
}

const paths = mapping.message?.paths ?? {};
const told = (findings: readonly MappingFinding[], status: MappingFinding["status"]) =>
  findings
    .filter((finding) => finding.status === status)
    .map(({ about, said }) => `${about}: ${said}`);

describe("the doctor of a mapping", () => {
  it("ends with what must be mended first", () => {
    const code = (...findings: MappingFinding[]) => diagnosisOf(findings).exitCode;
    expect(code(ok("a", ""), missing("b", ""))).toBe(0);
    expect(code(missing("a", "", true), missing("b", ""))).toBe(3);
    expect(code(missing("a", "", true), wrong("b", ""))).toBe(2);
    expect(code(wrong("a", ""), unreachable("b", ""))).toBe(4);
  });

  it("finds nothing wrong where tables fit, and says what each missing column costs", () => {
    const findings = judgeTables(tables(), mapping);
    expect(told(findings, "wrong")).toEqual([]);
    expect(diagnosisOf(findings).exitCode).toBe(0);
    expect(told(findings, "missing").map((text) => text.split(":")[0])).toEqual([
      ...["orders.line_no", "orders.customer_id", "orders.amount", "orders.rejection_reason"],
      ...["orders.source_offset", "stock.unit_price"],
    ]);
  });

  it("finds statuses that mean nothing, laws that never hold, and strangers' products", () => {
    const of = (change: Partial<TableEvidence>) => judgeTables(tables(change), mapping);
    const strange = of({ statuses: [{ status: "OPEN", rows: 5 }] });
    expect(told(strange, "wrong")).toEqual([
      "orders.status_values: no row has a status that means an outcome; found OPEN (5)",
    ]);
    const some = of({ statuses: [...tables().statuses, { status: "unmapped rejected", rows: 1 }] });
    expect(diagnosisOf(some).exitCode).toBe(3);
    const sums = of({ products: [product(10, 5, 9), product(1, 1, 9), product(2, 2, 4)] });
    expect(told(sums, "wrong")[0]).toContain(
      "available + reserved = total: not of 2 of 3 products",
    );
    const one = of({ products: [product(10, 5, 15), product(3, 1, 4), product(2, 2, 4, 1)] });
    expect(told(one, "wrong")).toEqual([]);
    expect(told(one, "missing").at(-1)).toContain("not of 1 of 3 products: p2");
    const others = of({
      products: [product(5, 0, 5), { ...product(1, 1, 1), stock: undefined }],
    });
    expect(told(others, "wrong").join()).toContain("no order is of a product that is stocked: p1");
    expect(told(of({ products: [] }), "wrong")).toEqual(["stock: there is not one product"]);
  });

  it("knows where a race cannot hold the row, and where questions are slow", () => {
    const findings = judgeTables(tables({ mayLock: false, idIndexed: false }), mapping);
    expect(told(findings, "missing").join()).toContain("race with --no-hold");
    expect(told(findings, "missing").join()).toContain("reads the whole table");
    expect(told(judgeTables(tables({}, false), mapping), "missing").join()).toContain(
      "the stock is no table here",
    );
  });

  it("holds messages against the rows of their orders", () => {
    const findings = judgeMessages(messages(), paths);
    expect(told(findings, "wrong")).toEqual([]);
    expect(findings.at(-1)?.said).toBe("1 of 2 have order rows, by order id, and say the same");
    const other = judgeMessages(messages({ rows: new Map([["9", [row]]]) }), paths);
    expect(told(other, "wrong").join()).toContain("the ids are not those of the table");
    const none = judgeMessages(messages({ rows: new Map(), rowsInAll: 0 }), paths);
    expect(told(none, "wrong")).toEqual([]);
    const different = judgeMessages(messages({ read: [order("1", 5)] }), paths);
    expect(told(different, "wrong").join()).toContain("quantity 2, logged 5");
  });

  it("says what of the messages cannot be read", () => {
    const unreadable = { kind: "unreadable" as const, why: "its value is not JSON" };
    const all = judgeMessages(messages({ read: [unreadable] }), paths);
    expect(told(all, "wrong")).toEqual([
      "messages: of the last 1, 0 are orders, 0 others, 1 not legible: its value is not JSON",
    ]);
    const some = judgeMessages(messages({ read: [unreadable, order("1")] }), paths);
    expect(diagnosisOf(some).exitCode).toBe(3);
    const unnamed = judgeMessages(messages({ read: [order(undefined)] }), paths);
    expect(told(unnamed, "wrong").join()).toContain("message.order_id: in 0 of 1");
    const empty = judgeMessages(messages({ read: [], messages: 0 }), paths);
    expect(diagnosisOf(empty).exitCode).toBe(3);
  });

  it("looks for the consumers", () => {
    const of = (members: number, offsets: number) =>
      diagnosisOf(
        judgeMessages(
          messages({
            groupState: { members, next: new Map(offsets === 0 ? [] : [[0, offsets]]) },
          }),
          paths,
        ),
      ).exitCode;
    expect([of(1, 5), of(1, 0), of(0, 5), of(0, 0)]).toEqual([0, 0, 3, 3]);
  });
});
