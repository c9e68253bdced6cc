import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/failure/failure.ts";
import { explainKafkaError } from "../../../../src/runtime/kafka/kafka-failure.ts";
import { isPassing, StillPassing, untilPassed } from "../../../../src/runtime/kafka/patience.ts";

const require = createRequire(import.meta.url);
const { createErrorFromCode } = require("kafkajs/src/protocol/error") as {
  createErrorFromCode(code: number): Error;
};
const errors = require("kafkajs/src/errors") as Record<
  string,
  new (
    error: unknown,
    more?: object,
  ) => Error
>;
const make = (name: string, error: unknown, more?: object) => {
  const Type = errors[name];
  if (Type === undefined) throw new Error(`kafkajs has no ${name}`);
  return new Type(error, more);
};
/** As kafkajs's retries hand it on. */
const givenUp = (cause: Error) =>
  make("KafkaJSNumberOfRetriesExceeded", cause, { retryCount: 5, retryTime: 1, cause });
const connectionError = (message: string, code?: string) =>
  make("KafkaJSConnectionError", message, { broker: "b:1", code });

const ofTopics = (each: readonly Error[]) =>
  make("KafkaJSAggregateError", "Topic creation errors", each);

/** By Kafka's numbers. */
const passing = {
  UNKNOWN_TOPIC_OR_PARTITION: 3,
  LEADER_NOT_AVAILABLE: 5,
  NOT_LEADER_OR_FOLLOWER: 6,
  REQUEST_TIMED_OUT: 7,
  BROKER_NOT_AVAILABLE: 8,
  NETWORK_EXCEPTION: 13,
  COORDINATOR_LOAD_IN_PROGRESS: 14,
  COORDINATOR_NOT_AVAILABLE: 15,
  NOT_COORDINATOR: 16,
  NOT_ENOUGH_REPLICAS: 19,
  NOT_CONTROLLER: 41,
};
const lasting = {
  MESSAGE_TOO_LARGE: 10,
  TOPIC_AUTHORIZATION_FAILED: 29,
  GROUP_AUTHORIZATION_FAILED: 30,
  CLUSTER_AUTHORIZATION_FAILED: 31,
  INVALID_REQUEST: 42,
  POLICY_VIOLATION: 44,
  SASL_AUTHENTICATION_FAILED: 58,
};

describe("isPassing", () => {
  it.each(Object.entries(passing))("%s passes, also after kafkajs's own retries", (_, code) => {
    const error = createErrorFromCode(code);
    expect(isPassing(error, false)).toBe(true);
    expect(isPassing(givenUp(error), false)).toBe(true);
    expect(isPassing(ofTopics([error, error]), false)).toBe(true);
    expect(isPassing(ofTopics([error, createErrorFromCode(29)]), false)).toBe(false);
  });

  it.each(Object.entries(lasting))("%s does not", (_, code) => {
    expect(isPassing(createErrorFromCode(code), true)).toBe(false);
  });

  it("a connection that broke or was not answered in time is opened anew", () => {
    for (const error of [
      connectionError("Connection error: read ECONNRESET", "ECONNRESET"),
      make("KafkaJSConnectionClosedError", "Closed connection", { host: "b", port: 1 }),
      make("KafkaJSRequestTimeoutError", "Request Metadata timed out", {}),
    ])
      expect(isPassing(givenUp(error), false)).toBe(true);
  });

  it("an address that nothing listens on is waited for only while something is started there", () => {
    for (const error of [
      connectionError("Connection error: connect ECONNREFUSED", "ECONNREFUSED"),
      connectionError("Connection error: getaddrinfo ENOTFOUND", "ENOTFOUND"),
      connectionError("Connection timeout"),
    ]) {
      expect(isPassing(givenUp(error), false)).toBe(false);
      expect(isPassing(givenUp(error), true)).toBe(true);
    }
  });

  it("a certificate does not mend itself, and errors of others are no trouble of Kafka", () => {
    expect(isPassing(connectionError("no", "DEPTH_ZERO_SELF_SIGNED_CERT"), true)).toBe(false);
    expect(isPassing(new Error("other"), true)).toBe(false);
    expect(isPassing(new TypeError("other"), true)).toBe(false);
    expect(isPassing(undefined, true)).toBe(false);
  });
});

describe("untilPassed", () => {
  const notLeader = () => givenUp(createErrorFromCode(6));

  it("asks until there is an answer", async () => {
    let asked = 0;
    const answer = await untilPassed({ withinMs: 60_000 }, async () => {
      asked += 1;
      if (asked < 3) throw notLeader();
      return "here";
    });
    expect([answer, asked]).toEqual(["here", 3]);
  });

  it("throws at once what does not pass, and asks no second time without patience", async () => {
    let asked = 0;
    const refuse = async () => {
      asked += 1;
      throw createErrorFromCode(29);
    };
    await expect(untilPassed({ withinMs: 60_000 }, refuse)).rejects.toMatchObject({
      type: "TOPIC_AUTHORIZATION_FAILED",
    });
    await expect(untilPassed({ withinMs: 0 }, async () => Promise.reject(notLeader())))
      .rejects //
      .toBeInstanceOf(StillPassing);
    expect(asked).toBe(1);
  });

  it("says at the end what it waited for, and how long, not that security settings are wrong", async () => {
    const patience = { withinMs: 300 };
    const error = await untilPassed(patience, async () => Promise.reject(notLeader())).catch(
      (e: unknown) => explainKafkaError(e, "b:1"),
    );
    expect(error).toBeInstanceOf(Failure);
    const { kind, message, meaning, remedy } = error as Failure;
    expect(kind).toBe("environment");
    expect(message).toMatch(/waited for in vain for \d+ ms: This server is not the leader/);
    expect(`${meaning} ${remedy}`).not.toContain("security");
  });

  it("is not waited for again by whoever is further out", async () => {
    let asked = 0;
    const inner = () =>
      untilPassed({ withinMs: 0 }, async () => {
        asked += 1;
        throw notLeader();
      });
    await expect(untilPassed({ withinMs: 60_000 }, inner)).rejects.toBeInstanceOf(StillPassing);
    expect(asked).toBe(1);
  });

  it("ends with the signal", async () => {
    const signal = AbortSignal.timeout(50);
    const asking = untilPassed({ withinMs: 60_000, signal }, async () =>
      Promise.reject(notLeader()),
    );
    await expect(asking).rejects.toThrow();
    expect(signal.aborted).toBe(true);
  });
});
