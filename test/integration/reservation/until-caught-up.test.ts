import { afterEach, beforeEach, expect, it } from "vitest";
import { Failure } from "../../../src/failure/failure.ts";
import { createPipeline, manyOrders, outcomesById, type TestPipeline } from "./pipeline.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline(2);
});
afterEach(() => pipeline.close());

const refused = async (outcome: Promise<unknown>) => {
  const error = await outcome.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(Failure);
  const { exitCode, message, meaning } = error as Failure;
  return { exitCode, text: `${message}; ${meaning}` };
};

it("is not caught up while a dead letter is unpublished, and names it", async () => {
  await pipeline.place(manyOrders(5));
  await pipeline.send([{ key: "k", value: Buffer.from("no order"), partition: 1 }]);
  const { exitCode, text } = await refused(
    pipeline.consume({ settings: { dlqTopic: "there-is-none" }, timeoutMs: 4_000 }),
  );
  expect(exitCode).toBe(4);
  expect(text).toMatch(/1 dead letters are not published \(.*\/1\/\d+\): ./);
  // Where it can be published, it is, and then all is well.
  expect(await pipeline.consume()).toMatchObject({ caughtUp: true });
  const { rows } = await pipeline.database.query<{ left: number }>({
    text: "SELECT count(*) AS left FROM dead_letters WHERE published_at IS NULL",
  });
  expect(rows).toEqual([{ left: 0 }]);
});

it("says what is left when the time is over, and keeps what is decided", async () => {
  await pipeline.place(manyOrders(30));
  await pipeline.database.transaction(async (tx) => {
    // Idle for as long as the consumer takes to give up, which is long on a busy machine.
    await tx.query({ text: "SET LOCAL idle_in_transaction_session_timeout = 0" });
    await tx.query({ text: "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE" });
    const { exitCode, text } = await refused(pipeline.consume({ timeoutMs: 2_000 }));
    expect(exitCode).toBe(3);
    expect(text).toMatch(
      /not caught up within 2s: 30 offsets of .* are left, in partition [01] \(/,
    );
  });
  expect(await pipeline.consume({ timeoutMs: 60_000 })).toMatchObject({ caughtUp: true });
  expect((await outcomesById(pipeline.database)).size).toBe(30);
});
