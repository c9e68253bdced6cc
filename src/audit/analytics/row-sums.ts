import { Spill } from "../spill.ts";
import { type MetricTable, metricTables, type RowTrace } from "./count-trace.ts";
import type { Addition } from "./recount.ts";

/** A row as its table has it. */
export interface StoredRow {
  readonly table: MetricTable;
  readonly row: string;
  /** In the order of the table's columns; decimal numbers, money in cents. */
  readonly values: readonly string[];
}

const rowsInMemoryMax = 20_000;

/**
 * Sums what events add to rows, and holds it against the rows. Memory holds some thousand sums; what
 * is more goes to disk, and is added up bucket by bucket.
 */
export class RowSums {
  readonly #spill = new Spill<"expected" | "stored">();
  #sums = new Map<string, bigint[]>();

  get bytes(): number {
    return this.#spill.bytes;
  }

  add({ table, row, by }: Addition): void {
    const key = `${table}\t${JSON.stringify(row)}`;
    let sum = this.#sums.get(key);
    if (sum === undefined) {
      if (this.#sums.size >= rowsInMemoryMax) this.#flush();
      sum = by.map(() => 0n);
      this.#sums.set(key, sum);
    }
    for (const [index, value] of by.entries()) sum[index] = (sum[index] ?? 0n) + BigInt(value);
  }

  stored({ table, row, values }: StoredRow): void {
    const key = `${table}\t${JSON.stringify(row)}`;
    this.#spill.put("stored", key, `${key}\t${values.join(" ")}`);
  }

  /**
   * After all of them.
   * @param isPruned whether a row that is not there was removed for its age.
   */
  *rows(isPruned: (table: MetricTable, row: string) => boolean): Generator<RowTrace> {
    this.#flush();
    for (let bucket = 0; bucket < Spill.buckets; bucket++) {
      const sums = new Map<string, bigint[]>();
      for (const [key, values] of this.#lines("expected", bucket)) {
        const sum = sums.get(key) ?? values.map(() => 0n);
        for (const [index, value] of values.entries())
          sum[index] = (sum[index] ?? 0n) + BigInt(value);
        sums.set(key, sum);
      }
      const stored = new Map(this.#lines("stored", bucket));
      for (const key of new Set([...sums.keys(), ...stored.keys()])) {
        const [table, name = ""] = key.split("\t", 2) as [MetricTable, string];
        const row = JSON.parse(name) as string;
        if (!stored.has(key) && isPruned(table, row)) continue;
        yield {
          ...{ of: "row", table, row },
          expected: named(table, sums.get(key)?.map(String)),
          stored: named(table, stored.get(key)?.map(whole)),
        };
      }
    }
  }

  close(): void {
    this.#spill.close();
  }

  #flush(): void {
    for (const [key, sum] of this.#sums)
      this.#spill.put("expected", key, `${key}\t${sum.join(" ")}`);
    this.#sums = new Map();
  }

  *#lines(side: "expected" | "stored", bucket: number): Generator<[string, readonly string[]]> {
    for (const line of this.#spill.lines(side, bucket)) {
      const end = line.lastIndexOf("\t");
      yield [line.slice(0, end), line.slice(end + 1).split(" ")];
    }
  }
}

function named(table: MetricTable, values: readonly string[] = []) {
  return Object.fromEntries(
    metricTables[table].map((column, index) => [column, values[index] ?? "0"]),
  );
}

/** "7.00" is 7; what is no whole number stays as it is, and equals none. */
function whole(value: string): string {
  return /^(-?\d+)(?:\.0*)?$/.exec(value)?.[1] ?? value;
}
