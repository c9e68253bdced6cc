import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OutgoingMessage } from "../../../src/ports/log.ts";
import { createMessageSender } from "../../../src/runtime/kafka/message-sender.ts";
import { eventually, uniqueName } from "../services.ts";
import { OwnKafka } from "./own-kafka.ts";
import { readLog } from "./read-log.ts";

const sendTimeoutMs = 1_500;

let kafka: OwnKafka;
beforeAll(async () => {
  kafka = await OwnKafka.start();
}, 90_000);
afterAll(() => kafka?.remove());

function messages(prefix: string, count: number): OutgoingMessage[] {
  return Array.from({ length: count }, (_, index) => ({
    key: "one customer",
    value: Buffer.from(`${prefix}${index}`),
  }));
}

async function senderOn(topic: string) {
  await kafka.createTopic(topic, 3);
  const options = { topic, compression: "none", requestTimeoutMs: 1_000, sendTimeoutMs } as const;
  return createMessageSender(kafka.client(), options);
}

describe("createMessageSender", () => {
  // kafkajs's sequence numbers after a failure are those of the failed batch: the broker would
  // acknowledge the next batch as a repetition of it and drop it.
  test("a batch acknowledged after a failed one is in the log", async () => {
    const topic = uniqueName("sender");
    const sender = await senderOn(topic);
    await sender.connect();
    await sender.send(messages("before", 5));
    await kafka.signal("SIGSTOP");
    await expect(sender.send(messages("frozen", 5))).rejects.toThrow();
    expect(sender.connected).toBe(false);
    await kafka.signal("SIGCONT");
    await eventually(() => sender.connect().then(() => true), "connected anew");
    await sender.send(messages("after", 5));
    await sender.close();

    const values = (await readLog(kafka.client(), topic)).map(({ value }) => value);
    expect(values.filter((value) => value.startsWith("before"))).toHaveLength(5);
    expect(values.filter((value) => value.startsWith("after"))).toEqual(
      messages("after", 5).map(({ value }) => String(value)),
    );
    // Unknown means all, some or none; retries of one send never double what they did append.
    const frozen = values.filter((value) => value.startsWith("frozen"));
    expect(new Set(frozen).size).toBe(frozen.length);
  });

  test("a send given up is not sent later", async () => {
    const topic = uniqueName("sender");
    const sender = await senderOn(topic);
    await sender.connect();
    await kafka.signal("SIGKILL");
    await expect(sender.send(messages("abandoned", 3))).rejects.toThrow();
    await kafka.start();
    await eventually(() => sender.connect().then(() => true), "connected anew");
    await sender.send(messages("after", 3));
    await sender.close();
    const values = (await readLog(kafka.client(), topic)).map(({ value }) => value);
    expect(values).toEqual(messages("after", 3).map(({ value }) => String(value)));
  });

  test("a topic that does not exist is an error of connect", async () => {
    const options = { compression: "none", requestTimeoutMs: 5_000 } as const;
    const sender = createMessageSender(kafka.client(), { topic: uniqueName("none"), ...options });
    await expect(sender.connect()).rejects.toThrow(/does not host this topic/);
    expect(sender.connected).toBe(false);
    await sender.close();
  });

  test("probe notices a broker that is gone", async () => {
    const sender = await senderOn(uniqueName("sender"));
    await sender.connect();
    await sender.probe();
    await kafka.signal("SIGSTOP");
    await expect(sender.probe()).rejects.toThrow();
    expect(sender.connected).toBe(false);
    await kafka.signal("SIGCONT");
    await eventually(() => sender.connect().then(() => true), "connected anew");
    await sender.probe();
    await sender.close();
  });
});
