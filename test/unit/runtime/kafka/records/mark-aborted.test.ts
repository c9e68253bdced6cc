import { expect, it } from "vitest";
import {
  type MaybeAborted,
  markAborted,
} from "../../../../../src/runtime/kafka/records/mark-aborted.ts";

const commit = Buffer.from([0, 0, 0, 1]);
const abort = Buffer.from([0, 0, 0, 0]);

/** A log from offset 0 on: data of a producer in a transaction, its end, or data outside of any. */
function log(...entries: readonly (readonly [string, "data" | "abort" | "commit" | "plain"])[]) {
  return entries.map(([producerId, what], offset) => {
    const isControl = what === "abort" || what === "commit";
    return {
      offset: String(offset),
      // A key of four zeros is a key like any other.
      key: what === "commit" ? commit : abort,
      isControlRecord: isControl,
      batchContext: { producerId, inTransaction: what !== "plain", isControlBatch: isControl },
    } as MaybeAborted;
  });
}

const dataOf = (records: readonly MaybeAborted[]) =>
  records.filter((each) => !each.isControlRecord).map(({ offset }) => Number(offset));

const interleaved = () =>
  log(
    ["outer", "data"],
    ["inner", "data"],
    ["inner", "abort"],
    ["inner", "data"],
    ["outer", "data"],
    ["outer", "abort"],
    ["inner", "commit"],
    ["outer", "plain"],
  );
// By where they end, as brokers list them.
const transactions = [
  { producerId: "inner", firstOffset: "1" },
  { producerId: "outer", firstOffset: "0" },
];

it("leaves what was committed or in no transaction, in whatever order the aborted are listed", () => {
  for (const listed of [transactions, transactions.toReversed()]) {
    const records = interleaved();
    markAborted(records, listed);
    expect(dataOf(records)).toEqual([3, 7]);
  }
});

it("knows them all from the first record on where a fetch begins within them", () => {
  const records = interleaved().slice(1);
  markAborted(records, transactions);
  expect(dataOf(records)).toEqual([3, 7]);
});
