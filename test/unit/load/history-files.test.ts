import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { type HistoryEntry, historyLine } from "../../../src/load/history.ts";
import { HistoryFiles } from "../../../src/load/history-files.ts";
import { openHistory } from "../../../src/load/history-writer.ts";

function entry(n: number): HistoryEntry {
  return {
    orderId: `0190a000-0000-7000-8000-${String(n).padStart(12, "0")}`,
    customerId: "customer-1",
    key: `key-${n}`,
    lines: [{ productId: "PROD001", quantity: 1, amount: 9.5 }],
    state: "acked",
    kind: "202",
    intendedAtMs: n,
    sentAtMs: n,
    answeredAtMs: n,
  };
}

it("gives what several loads wrote, in turn, and again from the front at each reading", async () => {
  const directory = await mkdtemp(join(tmpdir(), "orders-ledger-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  const files = new HistoryFiles();
  for (const [index, numbers] of [[1, 2], [], [3]].entries()) {
    const path = join(directory, `${index}.ndjson`);
    const writer = await openHistory(path);
    for (const n of numbers) writer.write(entry(n));
    await writer.close();
    files.add(path, { offered: numbers.length, acked: numbers.length });
  }
  const read = async () => {
    const lines: string[] = [];
    for await (const each of files) lines.push(historyLine(each));
    return lines;
  };
  const all = [1, 2, 3].map((n) => historyLine(entry(n)));
  expect(await read()).toEqual(all);
  expect(await read()).toEqual(all);
  expect([files.offered, files.acked]).toEqual([3, 3]);
});
