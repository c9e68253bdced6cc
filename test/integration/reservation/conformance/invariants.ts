import { expect } from "vitest";
import type { Order } from "../../../../src/order/order.ts";
import { sameContent } from "../../../../src/order/order.ts";
import type { Database } from "../../../../src/ports/database.ts";
import { reconciledStock } from "../pipeline.ts";
import {
  deadLetters,
  type StoredLine,
  storedLines,
  storedOffsets,
  wantedOf,
} from "./conformance-database.ts";

export interface Placed {
  readonly stock: ReadonlyMap<string, number>;
  /** logs[p] is what was placed on partition p. */
  readonly logs: readonly (readonly Order[])[];
  /** Partitions that were decided in one transaction for many orders: what is available between two
   * of them nobody sees committed. */
  readonly inBatches?: ReadonlySet<number>;
  /** Ids of orders that a foreign program placed in the database itself. */
  readonly foreign?: ReadonlySet<string>;
}

/** Everything that holds whatever ran at the same time; throws at the first that does not. */
export async function expectInvariants(database: Database, placed: Placed): Promise<void> {
  const lines = await storedLines(database);
  const letters = await deadLetters(database);
  const contents = contentsById(placed.logs);
  // Rows and stock agree, nothing is below zero, available + reserved = total.
  const stock = await reconciledStock(database);
  for (const [id, row] of stock) {
    expect(row.available_quantity).toBeGreaterThanOrEqual(0);
    expect(row.total_quantity, "nobody added or removed stock").toBe(placed.stock.get(id));
  }
  // One outcome each: a conflicting duplicate is a dead letter of its own, and no other is expected.
  const ours = [...lines].filter(([id]) => placed.foreign?.has(id) !== true);
  expect(new Set(ours.map(([id]) => id))).toEqual(new Set(contents.keys()));
  expect(
    letters.map((letter) => letter.reason).filter((r) => r !== "conflicting_duplicate"),
  ).toEqual([]);
  expect(letters.length).toBe(await conflictsOf(placed.logs, lines));
  for (const [id, rows] of ours) expectOneOutcome(rows, contents.get(id) ?? []);
  await expectTrueRejections(database, placed, ours, stock);
  expectOffsetOrder(ours.flatMap(([, rows]) => rows.slice(0, 1)));
  expect(await storedOffsets(database)).toEqual(placed.logs.map((log) => log.length));
}

function contentsById(logs: Placed["logs"]): ReadonlyMap<string, readonly Order[]> {
  const contents = new Map<string, Order[]>();
  for (const order of logs.flat()) {
    const known = contents.get(order.orderId) ?? [];
    contents.set(order.orderId, [...known, order]);
  }
  return contents;
}

/** Every message whose contents are not those that were decided under its id. */
async function conflictsOf(logs: Placed["logs"], lines: ReadonlyMap<string, StoredLine[]>) {
  return logs.flat().filter((order) => !isOf(order, lines.get(order.orderId) ?? [])).length;
}

/** All lines of one of the orders with that id, in their places, with one status. */
function expectOneOutcome(rows: readonly StoredLine[], candidates: readonly Order[]): void {
  expect(rows.map((row) => row.line_no)).toEqual(rows.map((_, index) => index + 1));
  expect(new Set(rows.map((row) => row.status)).size).toBe(1);
  expect(["reserved", "rejected"]).toContain(rows[0]?.status);
  expect(candidates.some((order) => isOf(order, rows))).toBe(true);
}

function isOf(order: Order, rows: readonly StoredLine[]): boolean {
  const stored: Order = {
    orderId: order.orderId,
    customerId: rows[0]?.customer_id ?? "",
    lines: rows.map((row, index) => ({
      productId: row.product_id,
      quantity: row.quantity,
      amount: order.lines[index]?.amount ?? 0,
    })),
    placedAtMs: 0,
  };
  return sameContent(order, stored);
}

/** Promise 4: short when it was decided, and the figures are those of that moment. */
async function expectTrueRejections(
  database: Database,
  { stock, logs, inBatches }: Placed,
  lines: readonly (readonly [string, readonly StoredLine[]])[],
  now: ReadonlyMap<string, { readonly available_quantity: number }>,
): Promise<void> {
  const history = await database.query<{ product_id: string; available_quantity: number }>({
    text: "SELECT DISTINCT product_id, available_quantity FROM stock_history",
  });
  const held = new Set(history.rows.map((row) => `${row.product_id} ${row.available_quantity}`));
  for (const [id, rows] of lines) {
    const [row] = rows;
    if (row?.status !== "rejected") continue;
    const detail = row.rejection_detail ?? { product_id: "", wanted: 0, available: 0 };
    const order = logs.flat().find((each) => each.orderId === id && isOf(each, rows));
    expect(detail.wanted).toBe(order === undefined ? -1 : wantedOf(order, detail.product_id));
    const unknown = order?.lines.find((line) => !stock.has(line.productId));
    if (unknown !== undefined) {
      expect(row.rejection_reason).toBe("unknown_product");
      expect(detail).toMatchObject({ product_id: unknown.productId, available: 0 });
      continue;
    }
    expect(row.rejection_reason).toBe("insufficient_stock");
    expect(detail.available).toBeLessThan(detail.wanted);
    // Stock only shrinks here: less is left now, and what was named was there at some moment.
    expect(detail.available).toBeGreaterThanOrEqual(
      now.get(detail.product_id)?.available_quantity ?? -1,
    );
    if (inBatches?.has(row.source_partition ?? -1) !== true)
      expect(held).toContain(`${detail.product_id} ${detail.available}`);
  }
}

/** Promise 5: transactions of a partition follow each other in offset order. */
function expectOffsetOrder(firstLines: readonly StoredLine[]): void {
  const partitions = new Set(firstLines.map((row) => row.source_partition));
  for (const partition of partitions) {
    const rows = firstLines.filter((row) => row.source_partition === partition);
    const byOffset = rows.toSorted((a, b) => (a.source_offset ?? 0) - (b.source_offset ?? 0));
    const times = byOffset.map((row) => row.created_at.getTime());
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  }
}
