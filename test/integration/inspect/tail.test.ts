import kafkajs from "kafkajs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TailOptions, tailTopic } from "../../../src/inspect/topics/tail/tail-topic.ts";
import type { LogMessage } from "../../../src/ports/log.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { createTestTopic, eventually, type TestTopic, testSettings } from "../services.ts";

const { GZIP, LZ4, None, Snappy, ZSTD } = kafkajs.CompressionTypes;
const codecs = [None, GZIP, Snappy, LZ4, ZSTD];
const binary = Buffer.from([0x00, 0xff, 0x41]);

let test: TestTopic;
const producer = () =>
  test.kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });

/** Message i has timestamp 1000 + i, partition i % 3 and is compressed by the codec i % 5. */
beforeAll(async () => {
  test = await createTestTopic(3);
  const p = producer();
  await p.connect();
  for (let i = 0; i < 30; i++) {
    await p.send({
      topic: test.topic,
      compression: codecs[i % codecs.length] ?? None,
      messages: [
        {
          partition: i % 3,
          key: `KEY${i % 2}`,
          value: i === 20 ? null : i === 21 ? binary : `value ${i}`,
          timestamp: String(1_000 + i),
          headers: { n: String(i) },
        },
      ],
    });
  }
  await p.disconnect();
});
afterAll(() => test.drop());

async function tail(options: Partial<TailOptions>) {
  const got: LogMessage[] = [];
  const notes: string[] = [];
  await tailTopic(testSettings(), {
    topic: test.topic,
    follow: false,
    count: undefined,
    start: undefined,
    partition: undefined,
    key: undefined,
    grep: undefined,
    signal: new AbortController().signal,
    onMessages: async (messages) => {
      got.push(...messages);
    },
    onNote: (line) => notes.push(line),
    ...options,
  });
  return got;
}

const numbers = (messages: readonly LogMessage[]) =>
  messages.map(({ timestampMs }) => timestampMs - 1_000);

async function groups() {
  const { groups: all } = await withAdmin(test.kafka, (admin) => admin.listGroups());
  return all
    .map(({ groupId }) => groupId)
    .filter((id) => id.includes("tail") || id.includes(test.topic));
}

describe("orders topic tail", () => {
  it("shows the last messages over all partitions in time order, whatever compressed them", async () => {
    expect(numbers(await tail({ count: 12 }))).toEqual(
      Array.from({ length: 12 }, (_, i) => 18 + i),
    );
    const all = await tail({ count: 100 });
    expect(numbers(all)).toEqual(Array.from({ length: 30 }, (_, i) => i));
    expect(all[20]?.value).toBeNull();
    expect(all[21]?.value).toEqual(binary);
    expect(String(all[22]?.headers.n)).toBe("22");
  });

  it("finds the last ones that match by key and by pattern, in one partition or all", async () => {
    expect(numbers(await tail({ count: 2, key: "KEY1" }))).toEqual([27, 29]);
    expect(numbers(await tail({ count: 2, grep: "value 1\\d$" }))).toEqual([18, 19]);
    expect(numbers(await tail({ count: 2, grep: "value", partition: 1 }))).toEqual([25, 28]);
    expect(await tail({ count: 5, key: "nobody" })).toEqual([]);
  });

  it("begins at the start, at an offset, at a time, and stops after the first so many", async () => {
    const earliest = { kind: "earliest" } as const;
    expect(numbers(await tail({ start: earliest })).sort((a, b) => a - b)).toHaveLength(30);
    expect(numbers(await tail({ start: earliest, count: 4 }))).toEqual([0, 1, 2, 3]);
    expect(numbers(await tail({ start: { kind: "time", ms: 1_025 }, count: 9 }))).toEqual([
      25, 26, 27, 28, 29,
    ]);
    expect(numbers(await tail({ start: { kind: "offset", offset: 9 }, partition: 2 }))).toEqual([
      29,
    ]);
    expect(await tail({ start: { kind: "latest" } })).toEqual([]);
  });

  it("names a topic and a partition that do not exist", async () => {
    await expect(tail({ topic: `${test.topic}x` })).rejects.toThrow(`did you mean ${test.topic}?`);
    await expect(tail({ partition: 3 })).rejects.toThrow("has no partition 3");
  });

  it("follows new messages until it is told to stop, and leaves no group behind", async () => {
    const stop = new AbortController();
    const got: LogMessage[] = [];
    const running = tail({
      count: 1,
      follow: true,
      signal: stop.signal,
      onMessages: async (messages) => {
        got.push(...messages);
      },
    });
    await eventually(() => got.length === 1, "the last message");
    const p = producer();
    await p.connect();
    const send = (n: number) =>
      p.send({
        topic: test.topic,
        messages: [{ value: `new ${n}`, timestamp: String(1_000 + n) }],
      });
    await send(40);
    await eventually(() => got.length === 2, "a new message");
    await send(41);
    await send(42);
    await eventually(() => got.length === 4, "two more");
    stop.abort();
    await running;
    await p.disconnect();
    expect(numbers(got)).toEqual([29, 40, 41, 42]);
    expect(await groups()).toEqual([]);
  });

  it("shows neither what was aborted nor, for now, what an open transaction hides", async () => {
    const p = test.kafka.producer({
      transactionalId: `${test.topic}-tx`,
      maxInFlightRequests: 1,
      idempotent: true,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    });
    await p.connect();
    const write = async (n: number) => {
      const tx = await p.transaction();
      await tx.send({
        topic: test.topic,
        messages: [{ partition: 0, value: "tx", timestamp: String(1_000 + n) }],
      });
      return tx;
    };
    await (await write(50)).abort();
    await (await write(51)).commit();
    const last = () => tail({ grep: "^tx$", count: 10 });
    expect(numbers(await last())).toEqual([51]);
    const open = await write(52);
    expect(numbers(await last())).toEqual([51]);
    await open.commit();
    expect(numbers(await last())).toEqual([51, 52]);
    await p.disconnect();
  });
});
