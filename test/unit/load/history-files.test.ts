import { expect, it } from "vitest";
import { HistoryFiles } from "../../../src/load/history-files.ts";
import { openHistory } from "../../../src/load/history-writer.ts";
import { historyDirectory, planned } from "./planned-order.ts";

it("gives what several loads wrote, in turn, and again from the front at each reading", async () => {
  const directory = await historyDirectory();
  const files = new HistoryFiles();
  for (const [index, numbers] of [[1, 2], [], [3]].entries()) {
    const path = `${directory}/${index}.ndjson`;
    const writer = await openHistory(path);
    writer.begin({ runId: "r", seed: "s", startedAtMs: 1_000 });
    for (const n of numbers) {
      const number = writer.intent(planned(n), 1_000 + n);
      writer.outcome(number, { state: "acked", kind: "202" }, 1_001 + n, 1_002 + n);
    }
    await writer.close();
    files.add(path, { offered: numbers.length, acked: numbers.length });
  }
  const read = async () => {
    const keys: string[] = [];
    for await (const { key, state } of files) keys.push(`${key} ${state}`);
    return keys;
  };
  const all = [1, 2, 3].map((n) => `run-${n} acked`);
  expect(await read()).toEqual(all);
  expect(await read()).toEqual(all);
  expect([files.offered, files.acked]).toEqual([3, 3]);
});
