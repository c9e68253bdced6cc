import type { Slice } from "../../partitions/slice.ts";
import type { Queryable } from "../../ports/database.ts";
import {
  bigintArray,
  dateArray,
  integerArray,
  textArray,
  uuidArray,
} from "../../runtime/postgres/tables/binary-array.ts";
import type { DeadEvent, PlacedEvent } from "../read-events.ts";
import { metrics } from "../tally.ts";
import type { Totals } from "../totals.ts";
import { deadColumns } from "./dead-columns.ts";
import { type StoredColumns, storedByPartition } from "./stored-by-partition.ts";

export interface Batch {
  readonly group: string;
  readonly topic: string;
  /** By partition. */
  readonly slices: readonly Slice[];
  /** No event id twice. */
  readonly events: readonly PlacedEvent[];
  readonly dead: readonly DeadEvent[];
  /** Of the events. */
  readonly totals: Totals;
  /** Look for events that were counted before; without it one is a unique violation. */
  readonly looks: boolean;
}

export type BatchResult =
  | { readonly kind: "committed"; readonly dead: number }
  | { readonly kind: "fenced"; readonly stored: ReadonlyMap<number, number> }
  /** These ids were counted before; of these days nobody knows. */
  | {
      readonly kind: "known";
      readonly ids: ReadonlySet<string>;
      readonly lostDays: ReadonlySet<string>;
    }
  /** Some of the events' days are not open. */
  | { readonly kind: "days" };

const statement = {
  name: "record_batch",
  text: `
    SELECT result, stored_partitions, stored_offsets, known, lost, dead
    FROM analytics.record_batch($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17,
                                $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31)`,
};

interface Row extends StoredColumns {
  readonly result: BatchResult["kind"];
  readonly known: readonly string[] | null;
  readonly lost: readonly string[] | null;
  readonly dead: number;
}

/** One round trip, one transaction: see database/analytics/0001_analytics.sql. */
export async function recordBatch(database: Queryable, batch: Batch): Promise<BatchResult> {
  const { group, topic, slices, dead, totals, looks } = batch;
  const events = batch.events.toSorted((a, b) => (a.eventId < b.eventId ? -1 : 1));
  const products = [...totals.products];
  const { summaries } = totals;
  const { rows } = await database.query<Row>(statement, [
    ...[group, topic],
    integerArray(slices, (slice) => slice.partition),
    bigintArray(slices, (slice) => slice.from),
    bigintArray(slices, (slice) => slice.next),
    looks,
    uuidArray(events, (event) => event.eventId),
    dateArray(events, (event) => event.day),
    integerArray(events, (event) => event.partition),
    bigintArray(events, (event) => event.message.offset),
    [...new Set(events.map((event) => event.day))],
    ...deadColumns(dead),
    textArray(summaries, (row) => row.customerId),
    dateArray(summaries, (row) => row.day),
    integerArray(summaries, (row) => row.created),
    integerArray(summaries, (row) => row.paid),
    integerArray(summaries, (row) => row.shipped),
    integerArray(summaries, (row) => row.cancelled),
    bigintArray(summaries, (row) => row.cents),
    textArray(products, ([productId]) => productId),
    bigintArray(products, ([, row]) => row.orders),
    products.map(([, row]) => String(row.pieces)),
    products.map(([, row]) => row.cents.toString()),
    textArray(totals.metrics, (row) => row.metric),
    textArray(totals.metrics, (row) => row.dimension),
    totals.metrics.map(({ metric, by }) => (metrics[metric].cents ? inUnits(by) : by.toString())),
  ]);
  const [row] = rows;
  if (row === undefined) throw new Error("record_batch returned nothing");
  if (row.result === "committed") return { kind: "committed", dead: row.dead };
  if (row.result === "days") return { kind: "days" };
  if (row.result === "known") {
    return { kind: "known", ids: new Set(row.known), lostDays: new Set(row.lost) };
  }
  return { kind: "fenced", stored: storedByPartition(row) };
}

/** @returns cents as a decimal number of currency units. */
function inUnits(cents: bigint): string {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return `${cents < 0n ? "-" : ""}${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
