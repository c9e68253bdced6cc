import { mkdtemp, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type HistoryEntry,
  historyLine,
  parseHistoryLine,
  readHistory,
} from "../../../src/load/history.ts";
import { openHistory } from "../../../src/load/history-writer.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-history-"));
});
afterAll(() => rm(directory, { recursive: true }));

function entry(n: number): HistoryEntry {
  return {
    orderId: `00000000-0000-5000-8000-${String(n).padStart(12, "0")}`,
    customerId: `CUST${n}`,
    key: `run-${n}`,
    lines: [{ productId: "PROD001", quantity: 2, amount: 2599.98 }],
    state: "acked",
    kind: "202",
    intendedAtMs: 1_700_000_000_000 + n,
    sentAtMs: n % 2 === 0 ? undefined : 1_700_000_000_000.5 + n,
    answeredAtMs: 1_700_000_000_002 + n,
    change:
      n % 3 === 0
        ? { name: "pay", state: "unknown", kind: "timeout", answeredAtMs: 1_700_000_000_009 }
        : undefined,
  };
}

async function collect(path: string, onTruncated?: () => void): Promise<HistoryEntry[]> {
  const entries: HistoryEntry[] = [];
  for await (const each of readHistory(path, onTruncated)) entries.push(each);
  return entries;
}

describe("a history in a file", () => {
  it("reads back as it was written, over many pieces", async () => {
    const path = join(directory, "whole.ndjson");
    const writer = await openHistory(path);
    const entries = Array.from({ length: 5_000 }, (_, n) => entry(n));
    for (const each of entries) writer.write(each);
    await writer.close();
    expect(writer.error).toBeUndefined();
    expect(await collect(path)).toEqual(entries);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it("is never overwritten", async () => {
    const path = join(directory, "exists.ndjson");
    await writeFile(path, "");
    await expect(openHistory(path)).rejects.toThrow(/exists already/);
  });

  it("says so when it cannot be made or read", async () => {
    await expect(openHistory(join(directory, "none", "x"))).rejects.toThrow(/cannot be written/);
    await expect(collect(join(directory, "none"))).rejects.toThrow(/cannot be read/);
    await expect(collect(directory)).rejects.toThrow(/cannot be read/);
  });

  it("loses only the line in which its writer was killed", async () => {
    const path = join(directory, "cut.ndjson");
    const text = [entry(1), entry(2), entry(3)].map(historyLine).join("");
    await writeFile(path, text);
    await truncate(path, text.length - 5);
    let truncated = false;
    const entries = await collect(path, () => {
      truncated = true;
    });
    expect(entries).toEqual([entry(1), entry(2)]);
    expect(truncated).toBe(true);
  });

  it("waits for the disk instead of growing: full beyond its limit, room afterwards", async () => {
    const writer = await openHistory(join(directory, "full.ndjson"));
    const wide = { ...entry(1), key: "k".repeat(1_000_000) };
    let written = 0;
    while (!writer.full && written < 100) {
      writer.write(wide);
      written++;
    }
    expect(writer.full).toBe(true);
    await writer.room();
    expect(writer.full).toBe(false);
    await writer.close();
    expect(await collect(writer.path)).toHaveLength(written);
  });
});

describe("parseHistoryLine", () => {
  it("is the inverse of historyLine for every order", () => {
    const text = fc.string({ minLength: 1, maxLength: 40, unit: "grapheme" });
    const entries = fc.record({
      orderId: fc.uuid(),
      customerId: text.filter((each) => !each.includes("\u0000")),
      key: text,
      lines: fc.array(
        fc.record({
          productId: text.filter((each) => !each.includes("\u0000")),
          quantity: fc.integer({ min: 1, max: 1_000_000 }),
          amount: fc.integer({ min: 0, max: 1_000_000 }).map((cents) => cents / 100),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      state: fc.constantFrom("acked", "failed", "unknown", "dropped"),
      kind: text,
      intendedAtMs: fc.integer({ min: 0, max: 2 ** 42 }),
      sentAtMs: fc.option(fc.integer({ min: 0, max: 2 ** 42 }), { nil: undefined }),
      answeredAtMs: fc.integer({ min: 0, max: 2 ** 42 }),
    });
    fc.assert(
      fc.property(entries, (each) => {
        expect(parseHistoryLine(historyLine(each as HistoryEntry).trimEnd(), "x:1")).toEqual(each);
      }),
    );
  });

  it.each([
    ["", /not JSON/],
    ["null", /not an object/],
    ["{}", /order_id/],
    [historyLine(entry(1)).replace("acked", "done"), /state/],
    [historyLine(entry(1)).replace('"quantity":2', '"quantity":"2"'), /order line/],
    [historyLine(entry(1)).replace(/"intended_at_ms":\d+/, '"intended_at_ms":null'), /time/],
  ])("refuses %j, naming file and line", (line, message) => {
    expect(() => parseHistoryLine(line, "orders.ndjson:7")).toThrow(message);
    expect(() => parseHistoryLine(line, "orders.ndjson:7")).toThrow(/orders\.ndjson:7/);
  });
});
