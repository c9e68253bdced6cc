import { expect, it } from "vitest";
import { judgeLogPolicy } from "../../../../../src/runtime/stack/doctor/check-kafka.ts";

const week = 604_800_000;
const judge = (cleanup: string | undefined, retentionMs: number | undefined = week) =>
  judgeLogPolicy("orders", { cleanup, retentionMs }).map(({ name, state }) => `${name} ${state}`);

it("warns of every cleanup policy that is not exactly delete", () => {
  expect(judge("delete")).toEqual(["cleanup.policy ok"]);
  for (const cleanup of ["compact", "compact,delete", "delete, compact", ""])
    expect(judge(cleanup)).toEqual(["cleanup.policy warning"]);
});

it("warns of a retention that an outage of an hour outlasts", () => {
  expect(judge("delete", 3_600_000)).toEqual(["cleanup.policy ok"]);
  expect(judge("delete", 60_000)).toEqual(["retention.ms warning"]);
  // Kept for ever, or only compacted: then it deletes nothing.
  expect(judgeLogPolicy("orders", { cleanup: "delete", retentionMs: undefined })).toHaveLength(1);
  expect(judge("compact", 60_000)).toEqual(["cleanup.policy warning"]);
});

it("does not claim what Kafka does not tell", () => {
  expect(judge(undefined)).toEqual(["cleanup.policy ok"]);
});
