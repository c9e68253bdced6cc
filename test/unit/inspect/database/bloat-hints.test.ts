import { describe, expect, it } from "vitest";
import type { IndexSize, TableSize } from "../../../../src/inspect/database/answers.ts";
import { bloatHints, neededBytes } from "../../../../src/inspect/database/bloat-hints.ts";

const mib = 1024 * 1024;
const table: TableSize = {
  table: "orders",
  rows_estimated: 1_000_000,
  dead_rows_estimated: 0,
  table_bytes: 128 * mib,
  index_bytes: 39 * mib,
  total_bytes: 167 * mib,
  needed_bytes_estimated: 120 * mib,
  last_vacuum: null,
  last_analyze: null,
};
const index: IndexSize = {
  index: "orders_customer",
  table: "orders",
  bytes: 40 * mib,
  scans: 0,
  unique: false,
  valid: true,
};

const ofTable = (change: Partial<TableSize>) => bloatHints([{ ...table, ...change }], [], null);
const ofIndex = (change: Partial<IndexSize>) => bloatHints([], [{ ...index, ...change }], null);

describe("bloatHints", () => {
  it("is silent about a healthy table", () => {
    expect(ofTable({ dead_rows_estimated: 200_000 })).toEqual([]);
  });

  it("tells dead rows from a fifth on, not those of a small table", () => {
    expect(ofTable({ dead_rows_estimated: 300_000 })).toEqual([
      "23 % of orders's rows are dead: VACUUM orders makes their space usable",
    ]);
    expect(ofTable({ rows_estimated: 10, dead_rows_estimated: 9_000 })).toEqual([]);
  });

  it("names who keeps dead rows, for then no VACUUM helps", () => {
    const dead = [{ ...table, dead_rows_estimated: 300_000 }];
    const oldest = { pid: 7, application: "psql", seconds: 180 };
    expect(bloatHints(dead, [], oldest)).toEqual([
      "23 % of orders's rows are dead: Session 7 (psql) has had a transaction open for 3m 0s, and until it ends no VACUUM can make usable what died since",
    ]);
    expect(bloatHints(dead, [], { ...oldest, seconds: 1 })[0]).toContain("VACUUM orders makes");
  });

  it("tells a table of more than twice what its rows need, not one whose width is unknown", () => {
    expect(ofTable({ needed_bytes_estimated: 50 * mib })[0]).toContain("takes 2.6 × what its rows");
    expect(ofTable({ needed_bytes_estimated: null })).toEqual([]);
    expect(ofTable({ rows_estimated: 0, needed_bytes_estimated: 0 })).toHaveLength(1);
  });

  it("says that statistics are missing where that matters", () => {
    expect(ofTable({ rows_estimated: null })).toEqual([
      "orders was never analysed: ANALYZE orders",
    ]);
    expect(ofTable({ rows_estimated: null, table_bytes: 8192 })).toEqual([]);
  });

  it("tells an index that is never used or not valid, not one that guards", () => {
    expect(ofIndex({})[0]).toContain("never used");
    expect(ofIndex({ unique: true })).toEqual([]);
    expect(ofIndex({ scans: 1 })).toEqual([]);
    expect(ofIndex({ valid: false, bytes: 8192 })[0]).toContain("DROP INDEX orders_customer");
  });
});

describe("neededBytes", () => {
  it("counts full pages, fewer rows in each where the fill factor leaves room", () => {
    expect(neededBytes(0, 100, 100)).toBe(0);
    // 104 bytes of data and 28 around it: 61 rows in a page, 12 in a fifth of one.
    expect(neededBytes(61, 100, 100)).toBe(8192);
    expect(neededBytes(62, 100, 100)).toBe(2 * 8192);
    expect(neededBytes(24, 100, 20)).toBe(2 * 8192);
    expect(neededBytes(3, 20_000, 100)).toBe(3 * 8192);
  });
});
