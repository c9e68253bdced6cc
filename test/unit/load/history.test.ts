import { readFile, stat, truncate, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { HistoryJoin } from "../../../src/load/history-join.ts";
import { intentLine } from "../../../src/load/history-lines.ts";
import { openHistory } from "../../../src/load/history-writer.ts";
import type { Answer } from "../../../src/load/target.ts";
import { historyDirectory, historyIn, planned } from "./planned-order.ts";

const startedAtMs = 1_700_000_000_000;
const run = { runId: "run", seed: "seed", startedAtMs };
const acked: Answer = { state: "acked", kind: "202" };

/** What a load writes of order n, and what is read of it. */
function expected(n: number, more: Partial<HistoryEntry> = {}): HistoryEntry {
  const { orderId, customerId, key, lines } = planned(n);
  return {
    ...{ orderId, customerId, key, lines, state: "acked", kind: "202" },
    intendedAtMs: startedAtMs + n,
    sentAtMs: startedAtMs + n + 0.5,
    answeredAtMs: startedAtMs + n + 2.25,
    change: undefined,
    warmUp: undefined,
    ...more,
  };
}

describe.each(["ndjson", "ndjson.gz"])("a history in a file.%s", (ending) => {
  it("reads back as it was written, each order when it was settled, over many pieces", async () => {
    const path = `${await historyDirectory()}/whole.${ending}`;
    const writer = await openHistory(path);
    writer.begin(run);
    const count = 5_000;
    const inFlight = 300;
    for (let n = 0; n < count + inFlight; n++) {
      if (n < count) expect(writer.intent(planned(n), startedAtMs + n)).toBe(n);
      const m = n - inFlight;
      if (m >= 0) writer.outcome(m, acked, startedAtMs + m + 0.5, startedAtMs + m + 2.25);
      if (n % 7 === 0) expect(writer.commit()).toBe(true);
    }
    await writer.close();
    expect(writer.error).toBeUndefined();
    const { entries, end } = await historyIn(path);
    expect(entries).toEqual(Array.from({ length: count }, (_, n) => expected(n)));
    expect(end).toEqual({ closed: true, cut: false, withoutOutcome: 0 });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("has with the kernel what was committed, before it is closed", async () => {
    const path = `${await historyDirectory()}/open.${ending}`;
    const writer = await openHistory(path);
    writer.begin(run);
    writer.intent(planned(0), startedAtMs);
    writer.intent(planned(1), startedAtMs + 1);
    writer.commit();
    writer.outcome(1, acked, startedAtMs + 1.5, startedAtMs + 3.25);
    writer.intent(planned(2), startedAtMs + 2);
    writer.commit();
    writer.outcome(0, acked, startedAtMs + 1, startedAtMs + 2);
    const never = { state: "unknown", kind: "no outcome was recorded" } as const;
    const unsettled = (n: number) =>
      expected(n, { ...never, sentAtMs: undefined, answeredAtMs: undefined });
    const { entries, end } = await historyIn(path);
    expect(entries).toEqual([expected(1), unsettled(0), unsettled(2)]);
    expect(end).toEqual({ closed: false, cut: false, withoutOutcome: 2 });
    await writer.close();
  });

  it("tells of changes: asked for, answered, or nobody knows", async () => {
    const path = `${await historyDirectory()}/changes.${ending}`;
    const writer = await openHistory(path);
    writer.begin(run);
    for (const n of [0, 1, 2]) {
      writer.intent(planned(n, { change: "pay" }), startedAtMs + n);
      const change = n === 2 ? undefined : "pay";
      writer.outcome(n, acked, startedAtMs + n + 0.5, startedAtMs + n + 2.25, change);
    }
    writer.changed(1, "pay", { state: "failed", kind: "409" }, startedAtMs + 9);
    await writer.close();
    const pay = (change: object) => ({ change: { name: "pay", ...change } as never });
    const { entries, end } = await historyIn(path);
    expect(entries).toEqual([
      expected(2),
      expected(1, pay({ state: "failed", kind: "409", answeredAtMs: startedAtMs + 9 })),
      expected(
        0,
        pay({ state: "unknown", kind: "no outcome was recorded", answeredAtMs: undefined }),
      ),
    ]);
    expect(end?.withoutOutcome).toBe(1);
  });

  it("keeps the id that another system gave, and marks the warm-up", async () => {
    const path = `${await historyDirectory()}/foreign.${ending}`;
    const writer = await openHistory(path);
    writer.begin(run);
    writer.intent(planned(0), startedAtMs - 5, true);
    writer.outcome(0, { ...acked, orderId: "A-17" }, startedAtMs - 4, startedAtMs - 3);
    await writer.close();
    expect((await historyIn(path)).entries).toEqual([
      expected(0, {
        ...{ orderId: "A-17", warmUp: true, intendedAtMs: startedAtMs - 5 },
        ...{ sentAtMs: startedAtMs - 4, answeredAtMs: startedAtMs - 3 },
      }),
    ]);
  });

  it("loses only what was cut, wherever that is", async () => {
    const path = `${await historyDirectory()}/cut.${ending}`;
    const writer = await openHistory(path);
    writer.begin(run);
    for (let n = 0; n < 20; n++) {
      writer.intent(planned(n), startedAtMs + n);
      writer.commit();
      writer.outcome(n, acked, startedAtMs + n + 0.5, startedAtMs + n + 2.25);
    }
    await writer.close();
    const whole = await readFile(path);
    const unpacked = ending.endsWith("gz") ? gunzipSync(whole).length : whole.length;
    let least = 0;
    for (let length = 200; length < whole.length; length += 97) {
      await truncate(path, length);
      const { entries, end } = await historyIn(path);
      expect(end?.closed).toBe(false);
      for (const [n, { key }] of entries.entries()) expect(key).toBe(`run-${n}`);
      expect(entries.length).toBeGreaterThanOrEqual(least);
      least = entries.length;
      await writeFile(path, whole);
    }
    expect(least).toBe(20);
    expect(unpacked).toBeGreaterThan(whole.length - 1);
  });
});

describe("a history", () => {
  it("tells of a last line without its end", async () => {
    const path = `${await historyDirectory()}/cut.ndjson`;
    await writeFile(path, '{"orders_history":2,"started_at_ms":1}\n{"n":0,"order_');
    expect(await historyIn(path)).toEqual({
      entries: [],
      end: { closed: false, cut: true, withoutOutcome: 0 },
    });
  });

  it("is never overwritten, and says so when it cannot be made or read", async () => {
    const directory = await historyDirectory();
    await writeFile(`${directory}/exists`, "");
    await expect(openHistory(`${directory}/exists`)).rejects.toThrow(/exists already/);
    await expect(openHistory(`${directory}/none/x`)).rejects.toThrow(/cannot be written/);
    await expect(openHistory(`${directory}/x.zst`)).rejects.toThrow(/not compressed as .zst/);
    await expect(historyIn(`${directory}/none`)).rejects.toThrow(/cannot be read/);
    await expect(historyIn(directory)).rejects.toThrow(/cannot be read/);
    await writeFile(`${directory}/plain.gz`, "{}\n");
    await expect(historyIn(`${directory}/plain.gz`)).rejects.toThrow(/cannot be read/);
  });

  it("is read in the format of one line an order, too", async () => {
    const path = `${await historyDirectory()}/old.ndjson`;
    const orderId = planned(7).orderId;
    await writeFile(
      path,
      `{"order_id":"${orderId}","customer_id":"c","key":"k","lines":[{"product_id":"p","quantity":1,"amount":2.5}],"state":"acked","kind":"202","intended_at_ms":5,"sent_at_ms":null,"answered_at_ms":9,"change":"pay","change_state":"unknown","change_kind":"timeout","change_answered_at_ms":11}\n`,
    );
    const lines = [{ productId: "p", quantity: 1, amount: 2.5 }];
    const change = { name: "pay", state: "unknown", kind: "timeout", answeredAtMs: 11 };
    const times = { intendedAtMs: 5, sentAtMs: undefined, answeredAtMs: 9 };
    const order = { orderId, customerId: "c", key: "k", lines, state: "acked", kind: "202" };
    expect((await historyIn(path)).entries).toEqual([{ ...order, ...times, change }]);
  });

  it("keeps every text and number that an order can have", () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
    const orderText = text.filter((each) => !each.includes("\u0000"));
    const line = fc.record({
      productId: orderText,
      quantity: fc.integer({ min: 1, max: 1_000_000 }),
      amount: fc.integer({ min: 0, max: 1_000_000 }).map((cents) => cents / 100),
    });
    const order = fc.record({
      orderId: fc.uuid(),
      customerId: orderText,
      key: text,
      lines: fc.array(line, { minLength: 1, maxLength: 5 }),
    });
    fc.assert(
      fc.property(order, fc.integer({ min: -1e9, max: 2 ** 40 }), (each, us) => {
        const join = new HistoryJoin();
        join.add('{"orders_history":2,"run_id":"r","seed":"s","started_at_ms":0}');
        join.add(intentLine(3, planned(0, each), us, false).trimEnd());
        const [found] = join.rest();
        expect(found).toMatchObject({ ...each, intendedAtMs: us / 1_000 });
      }),
    );
  });

  const header = '{"orders_history":2,"run_id":"r","seed":"s","started_at_ms":0}\n';
  const intent = intentLine(0, planned(0), 0, false);
  const outcome = '{"n":0,"state":"acked","kind":"202","answered_us":1}\n';
  it.each([
    ["\n", /:1 .* not JSON/],
    ["null\n", /:1 .* not an object/],
    ["{}\n", /:1 .* key is not a text/],
    [intent, /:1 .* no header/],
    [header.replace("2", "9"), /:1 .* format 9/],
    [header + header, /:2 .* second header/],
    [`${header}{}\n`, /:2 .* about no order/],
    [header + outcome, /:2 .* no order 0 is open/],
    [header + intent + intent, /:3 .* second intent/],
    [header + intent + outcome + outcome, /:4 .* no order 0 is open/],
    [header + intent + outcome.replace("acked", "done"), /:3 .* state is unknown/],
    [header + intent + outcome.replace("answered_us", "x"), /:3 .* answered_us/],
    [header + intent.replace('"quantity":2', '"quantity":"2"'), /:2 .* order line/],
    [
      `${header}${intent}{"n":0,"change":"pay","change_state":"acked","answered_us":1}\n`,
      /:3 .* asked for/,
    ],
  ])("refuses %j, naming file and line", async (content, message) => {
    const path = `${await historyDirectory()}/orders.ndjson`;
    await writeFile(path, content);
    await expect(historyIn(path)).rejects.toThrow(message);
  });
});
