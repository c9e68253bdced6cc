import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { refusalOf } from "../../../src/ports/produce-outcome.ts";

const require = createRequire(import.meta.url);
const { errorCodes } = require("kafkajs/src/protocol/error.js") as {
  errorCodes: readonly { code: number; type: string; retriable: boolean }[];
};

it("calls every code by Kafka's name", () => {
  for (const { code, type } of errorCodes) {
    const refusal = refusalOf(code);
    if (refusal !== undefined) expect(refusal.code).toBe(type);
  }
});

it("takes no code for certain with which a leader answers for what it may have appended", () => {
  const open = [
    ...["UNKNOWN", "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"],
    ...["NOT_LEADER_FOR_PARTITION", "REQUEST_TIMED_OUT", "REPLICA_NOT_AVAILABLE"],
    ...["NETWORK_EXCEPTION", "NOT_ENOUGH_REPLICAS_AFTER_APPEND", "KAFKA_STORAGE_ERROR"],
    ...["DUPLICATE_SEQUENCE_NUMBER", "FENCED_LEADER_EPOCH", "UNKNOWN_LEADER_EPOCH"],
  ];
  const named = errorCodes.filter(({ type }) => open.includes(type));
  expect(named).toHaveLength(open.length);
  for (const { code } of named) expect(refusalOf(code)).toBeUndefined();
  expect(refusalOf(0)).toBeUndefined();
  expect(refusalOf(12_345)).toBeUndefined();
});

it("never calls final what kafkajs tries again", () => {
  for (const { code, retriable } of errorCodes) {
    if (retriable) expect(refusalOf(code)?.final ?? false).toBe(false);
  }
});
