import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { type HistoryEnd, readHistory } from "../../../src/load/history-reader.ts";
import type { PlannedOrder } from "../../../src/load/workload.ts";

export function planned(n: number, more: Partial<PlannedOrder> = {}): PlannedOrder {
  return {
    sequence: n,
    orderId: `00000000-0000-5000-8000-${String(n).padStart(12, "0")}`,
    customerId: `CUST${n}`,
    key: `run-${n}`,
    lines: [{ productId: "PROD001", quantity: 2, amount: 2599.98 }],
    items: undefined,
    amount: 2599.98,
    ...more,
  };
}

/** @returns a directory that goes when the test ends. */
export async function historyDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "orders-history-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

export async function historyIn(
  path: string,
): Promise<{ readonly entries: readonly HistoryEntry[]; readonly end: HistoryEnd | undefined }> {
  const entries: HistoryEntry[] = [];
  let end: HistoryEnd | undefined;
  for await (const entry of readHistory(path, (found) => {
    end = found;
  }))
    entries.push(entry);
  return { entries, end };
}
