import { describe, expect, it } from "vitest";
import type {
  ActivityView,
  LockForest,
  SessionView,
  SlowStatement,
} from "../../../../../src/inspect/database/answers.ts";
import { activityList } from "../../../../../src/inspect/database/show/activity-list.ts";
import { lockTree } from "../../../../../src/inspect/database/show/lock-tree.ts";
import { orderLine } from "../../../../../src/inspect/database/show/order-lines.ts";
import { slowList } from "../../../../../src/inspect/database/show/slow-list.ts";
import { bytes, duration, oneLine, shortCount } from "../../../../../src/report/figures.ts";

const long = "x".repeat(300);
const session: SessionView = {
  pid: 4_194_304,
  application: `name \u001b[2J ${long}`,
  user: "postgres",
  state: "idle in transaction (aborted)",
  wait_event: `IO: ${long}`,
  transaction_seconds: 123_456,
  statement_seconds: 0.0001,
  statement: `SELECT\n  ${long}`,
};
const wait = {
  ...{ lock: "transactionid", mode: "ShareLock", relation: "inventory", row: "(0,7)" },
  ...{ product_id: "PROD007", seconds: 12.34 },
};

/** Nothing is wider than the terminal, and nothing from the database steers it. */
function expectFits(text: string): void {
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  expect(text).not.toContain("\u001b");
}

describe("figures", () => {
  it("says bytes in powers of 1024", () => {
    expect([0, 1023, 1024, 1_572_864, 200 * 1024 ** 3, 3 * 1024 ** 5].map(bytes)).toEqual([
      ...["0 B", "1023 B", "1.0 KiB", "1.5 MiB", "200 GiB", "3072 TiB"],
    ]);
  });

  it("says durations at three digits, whatever rounding brings", () => {
    const seconds = [0, 0.00085, 0.0123, 0.0999, 0.9994, 0.9999, 9.996, 59.97, 3_599.6, 200_000];
    expect(seconds.map(duration)).toEqual([
      ...["0.00 ms", "0.85 ms", "12.3 ms", "99.9 ms", "999 ms", "1.00 s"],
      ...["10.0 s", "1m 0s", "1h 0m", "2d 7h"],
    ]);
  });

  it("says counts in at most eight characters", () => {
    expect([999_999, 1_234_567, 12_345_678_901].map(shortCount)).toEqual([
      ...["999,999", "1.23 M", "12.3 G"],
    ]);
  });

  it("puts a statement into one line", () => {
    expect(oneLine("SELECT 1,\n\t2\u0007", 80)).toBe("SELECT 1, 2\\x07");
    expect(oneLine("SELECT 1", 5)).toBe("SELE…");
  });
});

describe("lockTree", () => {
  const node = (pid: number, ...waiting: LockForest["blockers"]) => ({
    ...{ session: { ...session, pid }, waits_for: wait, also_behind: [7, 8], waiting },
  });
  const forest: LockForest = {
    waiting: 2,
    longest_wait_seconds: 12.34,
    blockers: [{ ...node(1, node(2, node(3)), node(4)), waits_for: null }],
    deadlocked: [],
    hidden_sessions: 0,
  };

  it("says plainly that nothing waits", () => {
    expect(lockTree({ ...forest, waiting: 0, blockers: [] }, 80)).toBe(
      "No session waits for another's lock.",
    );
  });

  it("fits the terminal, and names what is waited for", () => {
    const text = lockTree(forest, 80);
    expectFits(text);
    expect(text).toContain("for the row PROD007 of inventory (ShareLock on transactionid)");
    expect(text.split("\n").filter((line) => /^[│ ]*[├└]─ \d/.test(line))).toHaveLength(3);
  });

  it("names a session that has gone, and one that is not to be seen", () => {
    const hidden = { ...session, pid: 9, application: "psql", state: null };
    const blockers = [
      { session: { pid: 8 }, waits_for: null, also_behind: [], waiting: [] },
      { session: hidden, waits_for: null, also_behind: [], waiting: [] },
    ];
    const text = lockTree({ ...forest, blockers }, 80);
    expect(text).toContain("8 (gone by now)");
    expect(text).toContain("9 psql: of postgres, not shown to you");
  });
});

describe("activityList and slowList", () => {
  it("fit the terminal", () => {
    const view: ActivityView = {
      ...{ database: "orders", counts: { idle: 3 }, connections: 4, max_connections: 200 },
      sessions: [{ ...session, kind: null, blocked_by: [1, 2] }],
      ...{ hidden_sessions: 0, cut: false },
    };
    expectFits(activityList(view, 80));
    const slow: SlowStatement = {
      ...{ query_id: "1", statement: session.statement, top_level: false, calls: 12_345_678_901 },
      ...{ total_ms: 123_456_789, mean_ms: 999.96, max_ms: 59_999, share: null, rows: 999_999 },
      ...{ wal_bytes: 1023 * 1024 ** 2, cache_hit_share: 1 },
    };
    const text = slowList(
      {
        ...{ by: "total", statements: [slow], total_ms: 1, counted: 1, counting_since: null },
        ...{ hidden_statements: 0, reset: false },
      },
      80,
    );
    expectFits(text);
    expect(text).toContain("nested");
  });

  it("say that there is nothing", () => {
    const view = { sessions: [], database: "orders", counts: {}, connections: 1 };
    expect(
      activityList({ ...view, max_connections: 9, hidden_sessions: 0, cut: false }, 80),
    ).toContain("No session is busy.");
  });
});

describe("orderLine", () => {
  const line = {
    ...{ order_id: "01a204d8-3652-724e-b308-f3f7252f4190", line_no: 1, quantity: 5, amount: 1 },
    ...{ created_at: "2026-01-02T03:04:05.678Z", customer_id: "CUST001", product_id: "PROD001" },
    ...{ status: "reserved", rejection_reason: null },
  };

  it("numbers further lines, and says why it was rejected", () => {
    expect(orderLine(line, 200)).toBe(
      "01-02 03:04:05 01a204d8-3652-724e-b308-f3f7252f4190 reserved   5 × PROD001 CUST001",
    );
    const second = { ...line, line_no: 2, status: "rejected", rejection_reason: "short" };
    expect(orderLine(second, 200)).toMatch(/4190 #2 rejected .* CUST001 \(short\)$/);
    expectFits(orderLine({ ...line, customer_id: `\u001b[2J${long}` }, 80));
  });
});
