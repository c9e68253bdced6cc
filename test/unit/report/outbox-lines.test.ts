import { expect, it } from "vitest";
import { outboxLines } from "../../../src/report/outbox-lines.ts";

const quiet = {
  ...{ open_events: 0, parked_events: 0, oldest_open_seconds: null, dead_rows_estimated: 120 },
  oldest_transaction: { pid: 7, application: "psql", seconds: 3 },
};

it("says how the outbox stands", () => {
  expect(outboxLines(quiet)).toEqual(["Outbox: 0 events to be sent, about 120 dead rows."]);
  const busy = { ...quiet, open_events: 1_200, parked_events: 2, oldest_open_seconds: 61.4 };
  expect(outboxLines(busy)).toEqual([
    "Outbox: 1,200 events to be sent (the oldest for 1m 1s), 2 parked (`orders outbox list`), about 120 dead rows.",
  ]);
});

it("names the transaction that keeps dead rows, once it matters", () => {
  const held = { ...quiet, oldest_transaction: { pid: 7, application: "psql", seconds: 180 } };
  expect(outboxLines(held)[1]).toContain("Session 7 (psql) has had a transaction open for 3m 0s");
  const prepared = { pid: null, application: "p1", seconds: 20 };
  const dead = { ...quiet, dead_rows_estimated: 50_000, oldest_transaction: prepared };
  expect(outboxLines(dead)[1]).toContain("The prepared transaction p1");
});
