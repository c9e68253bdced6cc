import { expect, it } from "vitest";
import { ProduceAttempt, watchedResponse } from "../../../../src/runtime/kafka/produce-attempt.ts";

const tooLarge = 10;
const tooFew = 19;
const notLeader = 6;

/** One answer of a broker to a request with these partitions. */
async function answer(attempt: unknown, codes: Readonly<Record<number, number>>) {
  const partitions = Object.entries(codes).map(([partition, errorCode]) => ({
    ...{ partition: Number(partition), errorCode },
  }));
  const asked = partitions.map(({ partition }) => ({ partition, messages: [{ attempt }] }));
  const thrown: unknown[] = [];
  const response = watchedResponse(
    { topicData: [{ partitions: asked }] },
    {
      decode: (bytes) => Promise.resolve(bytes),
      parse: (data) => {
        thrown.push(data);
        return Promise.reject(new Error("kafkajs's own"));
      },
    },
  );
  const parsed = await response.parse({ topics: [{ partitions }] }).catch(() => "retried");
  return parsed === "retried" ? thrown[0] : "settled";
}

it("keeps what each partition was answered, and settles an answer without anything to retry", async () => {
  const attempt = new ProduceAttempt();
  expect(await answer(attempt, { 0: 0, 1: tooLarge })).toBe("settled");
  expect(attempt.of(0)).toBe("acked");
  expect(attempt.of(1)).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  expect(attempt.of(2)).toBe("unasked");
});

it("has kafkajs retry for what may pass, not for the first error it finds", async () => {
  const attempt = new ProduceAttempt();
  expect(await answer(attempt, { 0: tooLarge, 1: notLeader })).toMatchObject({
    topics: [{ partitions: [{ errorCode: notLeader }] }],
  });
  expect(await answer(attempt, { 0: tooLarge, 1: 0 })).toBe("settled");
  expect(attempt.of(0)).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  expect(attempt.of(1)).toBe("acked");
});

it("is in doubt where one of the requests may have been appended", async () => {
  const attempt = new ProduceAttempt();
  await answer(attempt, { 0: notLeader });
  await answer(attempt, { 0: tooFew });
  expect(attempt.of(0)).toBe("unknown");
  // What is too large was too large before.
  await answer(attempt, { 0: tooLarge });
  expect(attempt.of(0)).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
  const certain = new ProduceAttempt();
  await answer(certain, { 0: tooFew });
  await answer(certain, { 0: tooFew });
  expect(certain.whole()).toMatchObject({ code: "NOT_ENOUGH_REPLICAS", final: false });
});

it("is patient with what may pass for its time, and then settles it", async () => {
  expect(await answer(new ProduceAttempt(), { 0: tooFew })).not.toBe("settled");
  expect(await answer(new ProduceAttempt(0), { 0: tooFew })).toBe("settled");
  expect(await answer(new ProduceAttempt(0), { 0: notLeader })).not.toBe("settled");
});

it("leaves the requests of other senders as they are", async () => {
  expect(await answer(undefined, { 0: tooLarge })).not.toBe("settled");
});
