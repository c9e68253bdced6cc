import { describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../../../src/load/history.ts";
import { parseWorkload } from "../../../../src/load/parse-workload.ts";
import { runLoad } from "../../../../src/load/run-load.ts";
import { steadySchedule } from "../../../../src/load/schedule/steady-schedule.ts";
import { createKafkaTarget } from "../../../../src/load/sending/create-kafka-target.ts";
import { createWorkload } from "../../../../src/load/workload.ts";
import type { MessageSender, OutgoingMessage } from "../../../../src/ports/log.ts";
import {
  type ProduceRefusal,
  refusalOf,
  SendFailed,
} from "../../../../src/ports/produce-outcome.ts";

/** The failures of a log, which a real one cannot be asked for at the right moment. */
function sender(behave: {
  send?: (messages: readonly OutgoingMessage[]) => Promise<void>;
  connect?: () => Promise<void>;
}) {
  const sent: OutgoingMessage[][] = [];
  let connected = behave.connect === undefined;
  let underWay = 0;
  const port: MessageSender = {
    get connected() {
      return connected;
    },
    async connect() {
      await behave.connect?.();
      connected = true;
    },
    async send(messages) {
      expect(connected).toBe(true);
      expect(++underWay).toBe(1); // calls must not overlap
      sent.push([...messages]);
      try {
        await behave.send?.(messages);
      } catch (error) {
        connected = false;
        throw error;
      } finally {
        underWay--;
      }
    },
    partitionOf: () => 0,
    probe: async () => {},
    close: async () => {},
  };
  return { port, sent };
}

async function load(
  port: MessageSender,
  limits: Partial<{ queueMax: number; batchMax: number; batchBytesMax: number }> = {},
) {
  const target = createKafkaTarget(
    {
      sender: port,
      topic: "t",
      queueMax: 1_000,
      batchMax: 100,
      batchBytesMax: 1_000_000,
      nowMs: () => 0,
      ...limits,
    },
    "kafka",
  );
  const history: HistoryEntry[] = [];
  const result = await runLoad(
    {
      schedule: steadySchedule(5_000, 40),
      workload: createWorkload(parseWorkload({ seed: "s", runId: "r" })),
      maxInFlight: 10_000,
      timeoutMs: 5_000,
    },
    target,
    { onSettled: (entry) => history.push(entry) },
  );
  await target.close();
  return { ...result, history };
}

const turn = () => new Promise<void>((resolve) => setTimeout(resolve, 1));

describe("createKafkaTarget", () => {
  it("says unknown of every order in a request that was rejected, and goes on after it", async () => {
    let calls = 0;
    const { port, sent } = sender({
      connect: async () => {},
      send: async () => {
        await turn();
        if (++calls === 2) throw Object.assign(new Error("x"), { type: "REQUEST_TIMED_OUT" });
      },
    });
    const result = await load(port);
    const second = sent[1]?.length ?? 0;
    expect(second).toBeGreaterThan(0);
    expect(result.counts.unknown).toBe(second);
    expect(result.counts.acked).toBe(200 - second);
    expect(result.answers).toContainEqual({
      state: "unknown",
      kind: "REQUEST_TIMED_OUT",
      count: second,
    });
  });

  it("says failed of what Kafka refused for certain, and acked of what it took beside it", async () => {
    const refused = refusalOf(29) as ProduceRefusal;
    const { port, sent } = sender({
      connect: async () => {},
      send: async (messages) => {
        await turn();
        const outcomes = messages.map((_, index) => (index === 0 ? refused : ("acked" as const)));
        throw new SendFailed("refused", outcomes, undefined);
      },
    });
    const result = await load(port);
    expect(result.counts).toMatchObject({
      ...{ failed: sent.length, unknown: 0, acked: 200 - sent.length },
    });
    expect(result.answers).toContainEqual({
      ...{ state: "failed", kind: "TOPIC_AUTHORIZATION_FAILED", count: sent.length },
    });
  });

  it("says failed and unreachable of what never left for want of a connection", async () => {
    const { port, sent } = sender({
      connect: async () => {
        await turn();
        throw new Error("no broker");
      },
    });
    const result = await load(port);
    expect(sent).toEqual([]);
    expect(result.counts).toMatchObject({ offered: 200, sent: 0, failed: 200 });
    expect(result.unreachable).toBe(200);
    expect(result.answers).toEqual([{ state: "failed", kind: "no broker", count: 200 }]);
  });

  it("keeps requests within both limits, and orders of a key in their order", async () => {
    const { port, sent } = sender({ send: turn });
    const result = await load(port, { batchMax: 7, batchBytesMax: 1_500 });
    expect(result.counts.acked).toBe(200);
    const keys = sent
      .flat()
      .map((message) => (JSON.parse(message.value.toString()) as { order_id: string }).order_id);
    expect(keys).toEqual(
      [...result.history]
        .sort((a, b) => a.intendedAtMs - b.intendedAtMs)
        .map((entry) => entry.orderId),
    );
    for (const batch of sent) {
      expect(batch.length).toBeLessThanOrEqual(7);
      expect(batch.reduce((sum, each) => sum + each.value.length, 0)).toBeLessThanOrEqual(1_500);
    }
  });

  it("sends an order that alone exceeds the limit alone: the broker decides", async () => {
    const { port, sent } = sender({});
    const result = await load(port, { batchBytesMax: 1 });
    expect(result.counts.acked).toBe(200);
    expect(sent.every((batch) => batch.length === 1)).toBe(true);
  });

  it("drops what its queue cannot take", async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { port } = sender({ send: () => held });
    const timer = setTimeout(() => release(), 300);
    const result = await load(port, { queueMax: 5, batchMax: 1 });
    clearTimeout(timer);
    expect(result.counts).toMatchObject({ offered: 200, unknown: 0, failed: 0 });
    expect(result.answers).toContainEqual({
      state: "dropped",
      kind: "publish queue full",
      count: result.counts.dropped,
    });
    expect(result.counts.dropped).toBeGreaterThan(150);
  });
});
