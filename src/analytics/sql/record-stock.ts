import type { RestockRequested, StockChanged } from "../../order/stock-event.ts";
import type { Slice } from "../../partitions/slice.ts";
import type { Queryable } from "../../ports/database.ts";
import {
  bigintArray,
  integerArray,
  textArray,
  timestampArray,
  uuidArray,
} from "../../runtime/postgres/tables/binary-array.ts";
import type { DeadEvent } from "../read-events.ts";
import { deadColumns } from "./dead-columns.ts";
import { type StoredColumns, storedByPartition } from "./stored-by-partition.ts";

export interface StockBatch {
  readonly group: string;
  readonly topic: string;
  /** By partition. */
  readonly slices: readonly Slice[];
  readonly dead: readonly DeadEvent[];
  /** No product twice. */
  readonly changed: readonly StockChanged[];
  /** No product twice. */
  readonly requested: readonly RestockRequested[];
  /** Below that many percent of the total a product is low. */
  readonly lowPercent: number;
}

export type StockResult =
  | { readonly kind: "committed"; readonly dead: number }
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number> };

const statement = {
  name: "record_stock",
  text: `
    SELECT result, stored_partitions, stored_offsets, dead
    FROM analytics.record_stock($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                                $18, $19, $20, $21, $22)`,
};

interface Row extends StoredColumns {
  readonly result: StockResult["kind"];
  readonly dead: number;
}

/** One round trip, one transaction: see database/analytics/0001_analytics.sql. */
export async function recordStock(database: Queryable, batch: StockBatch): Promise<StockResult> {
  const { group, topic, slices, changed, requested } = batch;
  const { rows } = await database.query<Row>(statement, [
    ...[group, topic],
    integerArray(slices, (slice) => slice.partition),
    bigintArray(slices, (slice) => slice.from),
    bigintArray(slices, (slice) => slice.next),
    ...deadColumns(batch.dead),
    textArray(changed, (event) => event.productId),
    bigintArray(changed, (event) => event.available),
    bigintArray(changed, (event) => event.reserved),
    bigintArray(changed, (event) => event.version),
    timestampArray(changed, (event) => Date.parse(event.timestamp)),
    textArray(requested, (event) => event.productId),
    bigintArray(requested, (event) => event.available),
    bigintArray(requested, (event) => event.wanted),
    uuidArray(requested, (event) => event.orderId.toLowerCase()),
    timestampArray(requested, (event) => Date.parse(event.timestamp)),
    batch.lowPercent,
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error("record_stock returned nothing");
  return row.result === "committed"
    ? { kind: "committed", dead: row.dead }
    : { kind: "fenced", stored: storedByPartition(row) };
}
