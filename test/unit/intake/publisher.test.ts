import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Publisher, type PublisherLimits } from "../../../src/intake/publisher.ts";
import type { PublishResult } from "../../../src/intake/submission.ts";
import type { OutgoingMessage } from "../../../src/ports/log.ts";
import { type ProduceRefusal, refusalOf } from "../../../src/ports/produce-outcome.ts";
import { ScriptedSender } from "./scripted-sender.ts";

const limits: PublisherLimits = {
  queueMessages: 100,
  queueBytes: 100_000,
  batchMessages: 10,
  partitionBytes: 10_000,
  timeoutMs: 1_000,
};

let sender: ScriptedSender;
let logged: string[];
let publisher: Publisher;

function begin(overrides: Partial<PublisherLimits> = {}): void {
  sender = new ScriptedSender();
  logged = [];
  publisher = new Publisher(sender, { ...limits, ...overrides }, (line) => logged.push(line));
  publisher.start();
}

function message(value: string, key = "customer 1"): OutgoingMessage {
  return { key, value: Buffer.from(value) };
}

function publish(...messages: OutgoingMessage[]): { result: PublishResult | undefined } {
  const answer: { result: PublishResult | undefined } = { result: undefined };
  publisher.publish(messages, (result) => {
    answer.result = result;
  });
  return answer;
}

/** Lets promises and immediates run, and `ms` pass. */
const pass = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "performance"] });
  begin();
});
afterEach(() => vi.useRealTimers());

describe("Publisher", () => {
  it("acknowledges when the sender has, and sends what came meanwhile together", async () => {
    const first = publish(message("a"));
    await pass(1);
    const others = [publish(message("b")), publish(message("c", "customer 2"))];
    await pass(1);
    expect(sender.handed).toEqual(["a"]);
    expect(first.result).toBeUndefined();
    sender.sends[0]?.acknowledge();
    await pass(1);
    expect(first.result).toEqual({ status: "acked" });
    expect(sender.sends[1]?.messages).toHaveLength(2);
    sender.sends[1]?.acknowledge();
    await pass(1);
    expect(others.map(({ result }) => result?.status)).toEqual(["acked", "acked"]);
    expect(publisher.counts).toEqual({ acked: 3, unknown: 0, unsent: 0, refused: 0 });
  });

  it("says unknown of what was handed over and refused of what was not, when time is up", async () => {
    const handed = publish(message("a"));
    await pass(1);
    const queued = publish(message("b"));
    await pass(1_100);
    expect(handed.result).toEqual({ status: "unknown", outcomes: ["unknown"] });
    expect(queued.result).toEqual({ status: "refused", refusal: "too_late" });
    sender.sends[0]?.acknowledge();
    await pass(1);
    expect(sender.handed).toEqual(["a"]);
    expect(publisher.counts).toEqual({ acked: 0, unknown: 1, unsent: 1, refused: 0 });
  });

  it("lists what became of each message of a request that failed in part", async () => {
    begin({ batchMessages: 2 });
    const batch = publish(...["a", "b", "c", "d", "e"].map((value) => message(value)));
    await pass(1);
    sender.sends[0]?.acknowledge();
    await pass(1);
    sender.sends[1]?.fail();
    await pass(1);
    expect(batch.result).toEqual({
      status: "unknown",
      outcomes: ["acked", "acked", "unknown", "unknown", "unsent"],
    });
    await pass(2_000);
    expect(sender.handed).toEqual(["a", "b", "c", "d"]);
    expect(logged[0]).toMatch(/^Producer error: scripted failure/);
  });

  describe("when Kafka refuses for certain", () => {
    const tooLarge = refusalOf(10) as ProduceRefusal;
    const denied = refusalOf(29) as ProduceRefusal;

    it("says so of that request, and acknowledges the others of the same send", async () => {
      const poison = publish(message("poison"));
      const other = publish(message("good", "customer 2"));
      await pass(1);
      sender.sends[0]?.answer([tooLarge, "acked"]);
      await pass(1);
      expect(poison.result).toEqual({
        ...{ status: "kafka_refused", refusal: tooLarge, outcomes: ["refused"] },
      });
      expect(other.result).toEqual({ status: "acked" });
      expect(publisher.counts).toEqual({ acked: 1, unknown: 0, unsent: 0, refused: 1 });
      expect(logged).toEqual([expect.stringContaining("MESSAGE_TOO_LARGE")]);
      // One order that is too large is no reason to send the others elsewhere.
      expect(publisher.readiness()).toEqual({ ready: true });
    });

    it("is not ready for a while where it may refuse every order, until one is taken", async () => {
      publish(message("a"));
      await pass(1);
      sender.sends[0]?.answer([denied]);
      await pass(1);
      expect(publisher.readiness()).toMatchObject({
        ready: false,
        reason: expect.stringContaining("TOPIC_AUTHORIZATION_FAILED"),
      });
      publish(message("b"));
      await pass(1);
      sender.sends[1]?.acknowledge();
      await pass(1);
      expect(publisher.readiness()).toEqual({ ready: true });
    });

    it("lists what became of each message, and is in doubt where one of them is", async () => {
      const certain = publish(message("a"), message("b", "customer 2"));
      const open = publish(message("c"), message("d", "customer 2"));
      await pass(1);
      sender.sends[0]?.answer(["acked", denied, denied, "unknown"]);
      await pass(1);
      expect(certain.result).toMatchObject({
        status: "kafka_refused",
        outcomes: ["acked", "refused"],
      });
      expect(open.result).toEqual({ status: "unknown", outcomes: ["refused", "unknown"] });
    });

    it("takes no message that is larger than the topic says it takes", () => {
      const large = message("x".repeat(1_000));
      expect(publisher.fits(large)).toBe(true);
      sender.batchBytesMax = 1_000;
      expect(publisher.fits(large)).toBe(false);
    });
  });

  it("publishes what was queued behind a failure once it is connected again", async () => {
    publish(message("a"));
    await pass(1);
    const behind = publish(message("b"));
    sender.canConnect = false;
    sender.sends[0]?.fail();
    await pass(1);
    expect(publish(message("c")).result).toEqual({ status: "refused", refusal: "not_connected" });
    expect(publisher.readiness()).toMatchObject({ ready: false });
    sender.canConnect = true;
    await pass(300);
    expect(sender.handed).toEqual(["a", "b"]);
    sender.sends[1]?.acknowledge();
    await pass(1);
    expect(behind.result).toEqual({ status: "acked" });
    expect(publisher.readiness()).toEqual({ ready: true });
  });

  it("admits all of a request or none of it, by number and by bytes", async () => {
    begin({ queueMessages: 3, queueBytes: 1_000 });
    publish(message("a"), message("b"));
    expect(publish(message("c"), message("d")).result).toMatchObject({ refusal: "queue_full" });
    expect(publish(message("x".repeat(900))).result).toMatchObject({ refusal: "queue_full" });
    const fits = publish(message("e"));
    expect(fits.result).toBeUndefined();
    await pass(1);
    // What is in flight takes room too.
    expect(publish(message("f")).result).toMatchObject({ refusal: "queue_full" });
    sender.sends[0]?.acknowledge();
    await pass(1);
    expect(publish(message("g")).result).toBeUndefined();
  });

  it("answers everything admitted before it closes, and admits nothing more", async () => {
    const admitted = publish(message("a"));
    let closed = false;
    const closing = publisher.close().then(() => {
      closed = true;
    });
    await pass(1);
    expect(closed).toBe(false);
    expect(publish(message("b")).result).toEqual({ status: "refused", refusal: "stopping" });
    expect(publisher.readiness()).toEqual({ ready: false, reason: "stopping" });
    sender.sends[0]?.acknowledge();
    await closing;
    expect(admitted.result).toEqual({ status: "acked" });
  });

  it("closes within the publish timeout when the sender never answers", async () => {
    const admitted = publish(message("a"));
    await pass(1);
    const closing = publisher.close();
    await pass(1_100);
    await closing;
    expect(admitted.result).toMatchObject({ status: "unknown" });
  });

  it("asks for an answer while nothing is published, and is not ready without one", async () => {
    await pass(2_100);
    expect(publisher.readiness()).toEqual({ ready: true });
    sender.probe = () => new Promise(() => {});
    await pass(10_000);
    expect(publisher.readiness()).toMatchObject({
      ready: false,
      reason: expect.stringContaining("has not answered"),
    });
  });
});
