import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listLetters } from "../../../src/letters/list-letters.ts";
import { replayBatch } from "../../../src/letters/replay-batch.ts";
import { type ReplayRequest, replayLetters } from "../../../src/letters/replay-letters.ts";
import { takeReplayLock } from "../../../src/letters/replay-lock.ts";
import { openReplayLog, type ReplayLog, tokenHeader } from "../../../src/letters/replay-log.ts";
import { settlePending } from "../../../src/letters/settle-pending.ts";
import { showLetter } from "../../../src/letters/show-letter.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { openTopicReader } from "../../../src/runtime/kafka/kafkajs-internals/topic-reader.ts";
import { topicRanges } from "../../../src/runtime/kafka/topics.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  reconciledStock,
  type TestPipeline,
  toValue,
} from "../reservation/pipeline.ts";

let test: TestPipeline;
beforeAll(async () => {
  test = await createPipeline(3);
});
afterAll(() => test.close());

function replay(request: Partial<ReplayRequest>) {
  return replayLetters(test.settings, {
    refs: [],
    reason: undefined,
    force: false,
    dryRun: false,
    limit: 1_000,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...request,
  });
}

const letters = async () =>
  (await listLetters(test.database, { reason: null, since: null }, 1_000)).letters.toReversed();

/** Orders that the database refuses until the constraint is gone. */
async function refused(count: number) {
  const orders = manyOrders(count).map((order, index) => ({
    ...order,
    customerId: `REFUSED${index}`,
  }));
  await test.database.query({
    text: "ALTER TABLE orders ADD CONSTRAINT broken CHECK (customer_id NOT LIKE 'REFUSED%') NOT VALID",
  });
  // A database that takes no order at all is taken for broken, and the consumer stops.
  await test.place([...manyOrders(6), ...orders]);
  await test.consume();
  await test.database.query({ text: "ALTER TABLE orders DROP CONSTRAINT broken" });
  const ids = new Set(orders.map((order) => order.orderId));
  return (await letters()).filter((letter) => ids.has(letter.order_id ?? ""));
}

/** How often the log holds a replay, by the letter that its header names. */
async function replaysInLog(): Promise<Map<number, number>> {
  const kafka = createKafka(test.settings, "orders-test");
  const reader = await openTopicReader(kafka, test.settings.topic);
  const counts = new Map<number, number>();
  for (const { partition, low, high } of await topicRanges(kafka, test.settings.topic)) {
    for (let next = low; next < high; ) {
      const [run] = await reader.fetch(new Map([[partition, next]]), {
        waitMs: 100,
        bytesMax: 1_000_000,
      });
      next = run?.next ?? next;
      for (const { headers } of run?.messages ?? []) {
        if (headers[tokenHeader] === undefined) continue;
        const id = Number(headers["orders-dead-letter-id"]);
        counts.set(id, (counts.get(id) ?? 0) + 1);
      }
    }
  }
  await reader.close();
  return counts;
}

/** The state that kill -9 leaves: nothing runs after the send (or instead of it). */
function killed(log: ReplayLog, when: "before" | "after"): ReplayLog {
  return {
    ...log,
    async send(messages) {
      if (when === "after") await log.send(messages);
      throw new Error("killed");
    },
  };
}

async function interrupted(ids: readonly number[], when: "before" | "after"): Promise<void> {
  const log = await openReplayLog(test.settings, test.settings.topic);
  const options = {
    topic: test.settings.topic,
    force: false,
    dryRun: false,
    assertHeld: async () => {},
  };
  try {
    await expect(replayBatch(test.database, killed(log, when), ids, options)).rejects.toThrow(
      "did not acknowledge",
    );
  } finally {
    await log.close();
  }
}

describe("orders dlq replay", () => {
  it("produces letters again after a fix; each order is decided once, and a second replay says so", async () => {
    const refusedLetters = await refused(5);
    expect(refusedLetters.map(({ reason }) => reason)).toEqual(Array(5).fill("unprocessable"));
    const dry = await replay({ reason: "unprocessable", dryRun: true });
    expect(dry.letters.map(({ outcome }) => outcome)).toEqual(Array(5).fill("would_replay"));
    expect(await replaysInLog()).toEqual(new Map());

    const first = await replay({ reason: "unprocessable" });
    expect(first.letters.map(({ outcome }) => outcome)).toEqual(Array(5).fill("replayed"));
    for (const { letter, replayedAs } of first.letters)
      expect(replayedAs?.partition).toBe(letter.source_partition);
    const again = await replay({ reason: "unprocessable" });
    expect(again.letters.map(({ outcome, because }) => [outcome, because])).toEqual(
      Array(5).fill(["skipped", "replayed_before"]),
    );

    await test.consume();
    const outcomes = await outcomesById(test.database);
    for (const { order_id } of refusedLetters)
      expect(outcomes.get(order_id ?? "")).toBe("reserved");
    await reconciledStock(test.database);
    const later = await replay({ reason: "unprocessable" });
    expect(later.letters.map(({ because }) => because)).toEqual(Array(5).fill("order_decided"));
    expect([...(await replaysInLog()).values()]).toEqual(Array(5).fill(1));
  });

  it("finds out what a killed replay had sent, and sends only the rest", async () => {
    const [sent, unsent] = await refused(2);
    if (sent === undefined || unsent === undefined) throw new Error("no letters");
    const before = await replaysInLog();
    await interrupted([sent.dead_letter_id], "after");
    await interrupted([unsent.dead_letter_id], "before");

    const { settled, letters: done } = await replay({
      refs: [sent, unsent].map(({ dead_letter_id: id }) => ({ kind: "id", id })),
    });
    expect(settled.map(({ result }) => result)).toEqual(
      expect.arrayContaining(["produced", "lost"]),
    );
    expect(new Map(done.map((each) => [each.letter.dead_letter_id, each.outcome]))).toEqual(
      new Map([
        [sent.dead_letter_id, "skipped"],
        [unsent.dead_letter_id, "replayed"],
      ]),
    );
    const counts = await replaysInLog();
    expect(counts.get(sent.dead_letter_id)).toBe(1);
    expect(counts.get(unsent.dead_letter_id)).toBe(1);
    expect(counts.size).toBe(before.size + 2);
    await test.consume();
    expect((await outcomesById(test.database)).get(sent.order_id ?? "")).toBe("reserved");
  });

  it("does not take an attempt of just now for lost while a slow replica may hide it", async () => {
    const [letter] = await refused(1);
    const id = letter?.dead_letter_id ?? 0;
    await interrupted([id], "before");
    const log = await openReplayLog(test.settings, test.settings.topic);
    const { topic } = test.settings;
    expect(await settlePending(test.database, { ...log, replicas: 3 }, topic)).toEqual([]);
    await test.database.query({
      text: "UPDATE dead_letter_replays SET intended_at = now() - interval '61 s' WHERE result IS NULL",
    });
    const [settled] = await settlePending(test.database, { ...log, replicas: 3 }, topic);
    expect(settled).toMatchObject({ result: "lost", replay: { dead_letter_id: id } });
    await log.close();
  });

  it("refuses to run twice at once, and lets the next one in when the first is gone", async () => {
    const lock = await takeReplayLock(test.settings);
    await expect(replay({})).rejects.toThrow("another replay is running");
    await lock.assertHeld();
    await lock.release();
    await replay({ dryRun: true });
  });

  it("stops when the session that holds the lock is ended", async () => {
    const lock = await takeReplayLock(test.settings);
    await test.database.query({
      text: `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'orders dlq replay'`,
    });
    await expect(lock.assertHeld()).rejects.toThrow("was lost");
    await lock.release();
  });

  it("skips what would be dead-lettered again; forced, a tombstone becomes a letter that points back", async () => {
    const key = "CUST-TOMBSTONE";
    await test.send([{ key, value: null }]);
    await test.consume();
    const tombstone = (await letters()).find(({ reason }) => reason === "tombstone");
    const id = tombstone?.dead_letter_id ?? 0;
    const refs = [{ kind: "id", id }] as const;
    expect((await replay({ refs })).letters[0]).toMatchObject({
      outcome: "skipped",
      because: "still_refused",
    });
    expect((await replay({ refs, force: true })).letters[0]?.outcome).toBe("replayed");
    await test.consume();
    const next = (await letters()).find(({ replay_of }) => replay_of === id);
    expect(next).toMatchObject({ reason: "tombstone", value_bytes: null });
    const shown = await showLetter(test.database, { kind: "id", id });
    expect(shown.letter.again_id).toBe(next?.dead_letter_id);
    expect(shown.plan).toMatchObject({ replay: false, because: "dead_lettered_again" });
    expect(shown.contents.message_key?.toString()).toBe(key);
  });

  it("keeps a conflicting duplicate out, and forced, dead-letters it again without a second outcome", async () => {
    const [order] = manyOrders(1);
    if (order === undefined) throw new Error("no order");
    const other = { ...order, lines: [{ productId: "PROD002", quantity: 7, amount: 1 }] };
    await test.send([
      { key: order.customerId, value: toValue(order) },
      { key: order.customerId, value: toValue(other) },
    ]);
    await test.consume();
    const letter = (await letters()).find(({ order_id }) => order_id === order.orderId);
    expect(letter?.reason).toBe("conflicting_duplicate");
    const refs = [{ kind: "id", id: letter?.dead_letter_id ?? 0 }] as const;
    expect((await replay({ refs })).letters[0]).toMatchObject({
      outcome: "skipped",
      because: "order_decided",
      note: expect.stringContaining("other content"),
    });
    await replay({ refs, force: true });
    await test.consume();
    const next = (await letters()).find((each) => each.replay_of === letter?.dead_letter_id);
    expect(next?.reason).toBe("conflicting_duplicate");
    expect((await outcomesById(test.database)).get(order.orderId)).toBe("reserved");
    await reconciledStock(test.database);
  });

  it("names what does not exist", async () => {
    await expect(replay({ refs: [{ kind: "id", id: 987_654 }] })).rejects.toThrow(
      "no dead letter 987654",
    );
    await expect(replay({ reason: "unprocesable" })).rejects.toThrow("did you mean unprocessable?");
  });
});
