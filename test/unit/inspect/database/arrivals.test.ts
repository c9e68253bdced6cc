import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Arrivals, isBefore } from "../../../../src/inspect/database/arrivals.ts";
import type { TablePosition } from "../../../../src/inspect/database/sql/select-table-position.ts";

const rowsPerPage = 4;

/** A table as PostgreSQL has it: rows appear at once when their transaction commits. */
class Table {
  #next: number;
  readonly #open = new Map<number, number[]>();
  readonly #rows: { readonly key: string; readonly xid: number; readonly page: number }[] = [];
  readonly #committed = new Set<number>();

  constructor(firstXid: number) {
    this.#next = firstXid;
  }

  /** @returns the transaction, which has written one row under its own id and one under a subtransaction's. */
  begin(page?: number): number {
    const xid = this.#take();
    const sub = this.#take();
    this.#open.set(xid, [xid, sub]);
    for (const writer of [xid, sub]) {
      const at = page ?? Math.floor(this.#rows.length / rowsPerPage);
      this.#rows.push({ key: `row ${this.#rows.length}`, xid: writer, page: at });
    }
    return xid;
  }

  commit(xid: number): void {
    for (const id of this.#open.get(xid) ?? []) this.#committed.add(id);
    this.#open.delete(xid);
  }

  position(): TablePosition {
    const open = [...this.#open.keys()];
    const oldest = open.reduce((a, b) => (isBefore(a, b) ? a : b), this.#next);
    const pages = Math.ceil(this.#rows.length / rowsPerPage);
    return { oldest_open: oldest, next: this.#next, pages, file: 1 };
  }

  read({ page, xid }: { readonly page: number; readonly xid: number }) {
    return this.#rows.filter(
      (row) => row.page >= page && this.#committed.has(row.xid) && !isBefore(row.xid, xid),
    );
  }

  get committedRows(): readonly string[] {
    return this.#rows.filter(({ xid }) => this.#committed.has(xid)).map(({ key }) => key);
  }

  #take(): number {
    const xid = this.#next;
    this.#next = (xid + 1) >>> 0;
    return xid;
  }
}

function pass(table: Table, arrivals: Arrivals, sweep: boolean): readonly string[] {
  const now = table.position();
  const found = table.read(arrivals.next(now, sweep));
  const fresh = found.filter(({ key, xid }) => arrivals.take(key, xid)).map(({ key }) => key);
  arrivals.complete(now, sweep);
  return fresh;
}

type Step = "begin" | "reuse" | "commit" | "pass" | "sweep";

/** Everything is told once: at the end by `last`, a sweep or, where no space is reused, a pass. */
function tellsAllOnce(kinds: readonly Step[], last: "pass" | "sweep"): void {
  const steps = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat()), { maxLength: 120 });
  // Ids that go round at 2^32 in the middle of it, too.
  const firstXid = fc.constantFrom(1_000, 2 ** 32 - 40, 2 ** 31 - 40);
  fc.assert(
    fc.property(steps, firstXid, (taken, first) => {
      const table = new Table(first);
      const open: number[] = [];
      // The last page is filled up: one page of slack.
      const arrivals = new Arrivals(table.position(), 1);
      const told: string[] = [];
      for (const [step, choice] of taken) {
        if (step === "begin") open.push(table.begin());
        else if (step === "reuse") open.push(table.begin(0));
        else if (step === "commit") {
          const [xid] = open.splice(choice % Math.max(1, open.length), 1);
          if (xid !== undefined) table.commit(xid);
        } else told.push(...pass(table, arrivals, step === "sweep"));
      }
      told.push(...pass(table, arrivals, last === "sweep"));
      expect([...told].sort()).toEqual([...table.committedRows].sort());
    }),
    { numRuns: 500 },
  );
}

const writing: readonly Step[] = ["begin", "begin", "commit", "commit", "pass", "pass"];

describe("Arrivals", () => {
  it("misses nothing and tells nothing twice, in whatever order transactions commit", () => {
    tellsAllOnce(writing, "pass");
    tellsAllOnce([...writing, "sweep"], "pass");
  });

  it("finds by a sweep what went into space that was free again", () => {
    tellsAllOnce([...writing, "reuse", "sweep"], "sweep");
  });

  it("begins a pass at the end of the table, and forgets what a sweep has settled", () => {
    const table = new Table(1_000);
    const arrivals = new Arrivals(table.position());
    for (let n = 0; n < 5_000; n++) table.commit(table.begin());
    expect(pass(table, arrivals, false)).toHaveLength(10_000);
    expect(arrivals.remembered).toBe(10_000);
    expect(arrivals.next(table.position(), false).page).toBe(2_500 - 256);
    pass(table, arrivals, true);
    expect(arrivals.remembered).toBe(0);
  });

  it("goes no further than the oldest open transaction began", () => {
    const table = new Table(1_000);
    const arrivals = new Arrivals(table.position());
    const late = table.begin();
    for (let n = 0; n < 5_000; n++) table.commit(table.begin());
    pass(table, arrivals, true);
    pass(table, arrivals, true);
    table.commit(late);
    expect(pass(table, arrivals, false)).toHaveLength(2);
  });

  it("reads from the first page when the table was emptied", () => {
    const arrivals = new Arrivals({ oldest_open: 5, next: 9, pages: 9_000, file: 1 });
    expect(arrivals.next({ oldest_open: 9, next: 9, pages: 9_000, file: 2 }, false).page).toBe(0);
  });
});
