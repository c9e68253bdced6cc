import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { MessageSender, OutgoingMessage } from "../../../src/ports/log.ts";
import { SendFailed } from "../../../src/ports/produce-outcome.ts";
import { createMessageSender } from "../../../src/runtime/kafka/create-message-sender.ts";
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

async function senderOn(topic: string, configEntries: { name: string; value: string }[] = []) {
  await kafka.createTopic(topic, 3, configEntries);
  const options = { topic, compression: "none", requestTimeoutMs: 1_000, sendTimeoutMs } as const;
  return createMessageSender(kafka.client({ connectRetries: 60 }), options);
}

function keysOfTwoPartitions(sender: MessageSender): [string, string] {
  const keys = Array.from({ length: 20 }, (_, index) => `customer ${index}`);
  const other = keys.find((key) => sender.partitionOf(key) !== sender.partitionOf("customer 0"));
  return ["customer 0", other ?? ""];
}

describe("createMessageSender", () => {
  // After a failure kafkajs counts on from before the failed batch, though partition A has it: the
  // broker takes the next batch for a repetition, acknowledges it and drops it.
  test("a message acknowledged after a send that failed in part is in the log", async () => {
    const topic = uniqueName("sender");
    const sender = await senderOn(topic, [{ name: "max.message.bytes", value: "2000" }]);
    await sender.connect();
    const [a, b] = keysOfTwoPartitions(sender);
    const small = (value: string) => ({ key: a, value: Buffer.from(value) });
    const tooLarge = { key: b, value: Buffer.alloc(5_000, "x") };
    await sender.send([small("first")]);
    const failed = await sender.send([small("in part"), tooLarge]).catch((error) => error);
    expect(failed).toBeInstanceOf(SendFailed);
    expect((failed as SendFailed).outcomes).toMatchObject([
      "acked",
      { code: "MESSAGE_TOO_LARGE", final: true, tooLarge: true },
    ]);
    // Refused is answered: the connection is as good as before.
    expect(sender.connected).toBe(true);
    await sender.send([small("acknowledged")]);
    await sender.close();
    const values = (await readLog(kafka.client(), topic)).map(({ value }) => value);
    expect(values).toEqual(["first", "in part", "acknowledged"]);
  });

  test("a batch larger than the topic takes is sent in several, in order, beside one too large", async () => {
    const topic = uniqueName("sender");
    const sender = await senderOn(topic, [{ name: "max.message.bytes", value: "2000" }]);
    await sender.connect();
    const many = messages("n", 100);
    const huge = { key: "one customer", value: Buffer.alloc(3_000, "x") };
    const failed = await sender
      .send([...many.slice(0, 50), huge, ...many.slice(50)])
      .catch((error) => error);
    const { outcomes } = failed as SendFailed;
    expect(outcomes.filter((outcome) => outcome === "acked")).toHaveLength(100);
    expect(outcomes[50]).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    expect(sender.batchBytesMax).toBe(2_000);
    await sender.close();
    const values = (await readLog(kafka.client(), topic)).map(({ value }) => value);
    expect(values).toEqual(many.map(({ value }) => String(value)));
  });

  test("a broker that froze in a send: what was acknowledged is there, nothing is doubled", async () => {
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
    // Long enough for a retry: kafkajs would try the abandoned send again within half a second.
    for (let second = 0; second < 3; second += 1) {
      await sender.send(messages("after", 1));
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    await sender.close();
    const values = (await readLog(kafka.client(), topic)).map(({ value }) => value);
    expect(values).toEqual(["after0", "after0", "after0"]);
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
    // A signal takes its moment: until then it may answer.
    const gone = () =>
      sender.probe().then(
        () => false,
        () => true,
      );
    await eventually(gone, "the probe fails");
    expect(sender.connected).toBe(false);
    await kafka.signal("SIGCONT");
    await eventually(() => sender.connect().then(() => true), "connected anew");
    await sender.probe();
    await sender.close();
  });
});
