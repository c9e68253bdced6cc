import type { Outcome } from "../../order/outcome.ts";
import type { Queryable } from "../../ports/database.ts";
import {
  bigintArray,
  byteaArray,
  integerArray,
  jsonbArray,
  optionalUuidArray,
  smallintArray,
  textArray,
  timestampArray,
  uuidArray,
} from "../../runtime/postgres/tables/binary-array.ts";
import type { StockAssumption } from "../decide-assuming.ts";
import type { LoggedOrder, Work } from "../work.ts";
import { numericArray } from "./binary-numeric.ts";
import { letterDetail } from "./insert-dead-letters.ts";
import { rejectionDetail, rejectionReason } from "./insert-order-lines.ts";

/** An order with the outcome that the decision gave it. */
export interface DecidedOrder {
  readonly logged: LoggedOrder;
  readonly outcome: Outcome;
}

export type BatchResult =
  | {
      readonly kind: "committed";
      readonly known: ReadonlySet<string>;
      readonly deadLettered: number;
    }
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number> }
  | { readonly kind: "stale" }
  | { readonly kind: "undecided" };

/** The stock that the call has seen, for every product that it asked for; null: it does not exist. */
export interface BatchAnswer {
  readonly result: BatchResult;
  readonly stock: ReadonlyMap<string, number | null>;
}

const statement = {
  name: "reserve_batch",
  text: `
    SELECT result, stored_partitions, stored_offsets, known, products, available, letters
    FROM reserve_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                       $19, $20, $21, $22, $23, $24, $25, $26, $27, $28)`,
};

interface Row {
  readonly result: BatchResult["kind"];
  readonly stored_partitions: readonly number[] | null;
  readonly stored_offsets: readonly (number | string)[] | null;
  readonly known: readonly string[] | null;
  readonly products: readonly string[] | null;
  readonly available: readonly (number | string)[] | null;
  readonly letters: number;
}

/** The function's own error: the stock changed between its look and its lock; nothing is written. */
export const stockChangedCode = "OR001";

/**
 * One round trip, one transaction: see database/migrations/0002_reserve_batch.sql.
 * @param orders at most one per id.
 */
export async function reserveBatch(
  database: Queryable,
  work: Work,
  orders: readonly DecidedOrder[],
  assumptions: readonly StockAssumption[],
): Promise<BatchAnswer> {
  const { rows } = await database.query<Row>(statement, [
    work.group,
    work.topic,
    integerArray(work.slices, (slice) => slice.partition),
    bigintArray(work.slices, (slice) => slice.from),
    bigintArray(work.slices, (slice) => slice.next),
    ...lineColumns(orders),
    textArray(assumptions, (stock) => stock.productId),
    bigintArray(assumptions, (stock) => stock.taken),
    bigintArray(assumptions, (stock) => stock.needed),
    bigintArray(assumptions, ({ expected }) => (expected === null ? -1 : expected)),
    ...letterColumns(work),
  ]);
  const row = rows[0];
  if (row === undefined) throw new Error("reserve_batch gave no row");
  return { result: resultOf(row), stock: stockOf(row, assumptions) };
}

interface LineRow {
  readonly decided: DecidedOrder;
  readonly index: number;
}

function lineColumns(orders: readonly DecidedOrder[]): (Buffer | null)[] {
  // In the order of the key, everywhere: two batches with the same ids never wait crosswise.
  const sorted = orders.toSorted((a, b) =>
    a.logged.order.orderId < b.logged.order.orderId ? -1 : 1,
  );
  const rows: LineRow[] = [];
  let severalLines = false;
  let rejections = false;
  for (const decided of sorted) {
    const count = decided.logged.order.lines.length;
    if (count > 1) severalLines = true;
    if (decided.outcome.status === "rejected") rejections = true;
    for (let index = 0; index < count; index++) rows.push({ decided, index });
  }
  const line = ({ decided, index }: LineRow) => {
    const found = decided.logged.order.lines[index];
    if (found === undefined) throw new RangeError(`no line ${index}`);
    return found;
  };
  return [
    uuidArray(rows, (row) => row.decided.logged.order.orderId),
    severalLines ? smallintArray(rows, (row) => row.index + 1) : null,
    textArray(rows, (row) => row.decided.logged.order.customerId),
    textArray(rows, (row) => line(row).productId),
    integerArray(rows, (row) => line(row).quantity),
    numericArray(rows, (row) => line(row).amount),
    ...(rejections ? outcomeColumns(rows) : [null, null, null]),
    integerArray(rows, (row) => row.decided.logged.partition),
    bigintArray(rows, (row) => row.decided.logged.message.offset),
    timestampArray(rows, (row) => row.decided.logged.order.placedAtMs),
  ];
}

/** Most rejections of a batch are for the same few reasons: each goes over once, with its number. */
function outcomeColumns(rows: readonly LineRow[]): Buffer[] {
  const numbers = new Map<string, number>();
  const distinct: Outcome[] = [];
  const numberOf = (outcome: Outcome) => {
    if (outcome.status === "reserved") return 0;
    const key = `${outcome.reason} ${outcome.wanted} ${outcome.available} ${outcome.productId}`;
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, distinct.push(outcome));
    return distinct.length;
  };
  return [
    integerArray(rows, (row) => numberOf(row.decided.outcome)),
    textArray(distinct, rejectionReason),
    jsonbArray(distinct, rejectionDetail),
  ];
}

function letterColumns({ deadLetters }: Work): (Buffer | null)[] {
  if (deadLetters.length === 0) return [null, null, null, null, null, null, null];
  return [
    integerArray(deadLetters, (letter) => letter.partition),
    bigintArray(deadLetters, (letter) => letter.message.offset),
    textArray(deadLetters, (letter) => letter.reason),
    textArray(deadLetters, letterDetail),
    optionalUuidArray(deadLetters, (letter) => letter.orderId),
    byteaArray(deadLetters, (letter) => letter.message.key),
    byteaArray(deadLetters, (letter) => letter.message.value),
  ];
}

function resultOf(row: Row): BatchResult {
  switch (row.result) {
    case "committed":
      return { kind: row.result, known: new Set(row.known ?? []), deadLettered: row.letters };
    case "fenced": {
      const offsets = row.stored_offsets ?? [];
      const partitions = row.stored_partitions ?? [];
      return {
        kind: row.result,
        stored: new Map(partitions.map((partition, index) => [partition, Number(offsets[index])])),
      };
    }
    case "stale":
    case "undecided":
      return { kind: row.result };
  }
}

function stockOf(row: Row, assumptions: readonly StockAssumption[]): Map<string, number | null> {
  const available = row.available ?? [];
  const stock = new Map<string, number | null>();
  // Only a look at the stock says which products do not exist; a commit names those it changed.
  if (row.result === "stale") for (const { productId } of assumptions) stock.set(productId, null);
  for (const [index, productId] of (row.products ?? []).entries())
    stock.set(productId, Number(available[index]));
  return stock;
}
