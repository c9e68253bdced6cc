import { randomUUID } from "node:crypto";
import { connect } from "node:net";
import type { Kafka } from "kafkajs";
import { Failure } from "../../failure/failure.ts";
import type { Wait } from "../stack/wait-until.ts";
import { noPatience, untilPassed } from "./patience.ts";
import { ensureTopics } from "./topics.ts";
import { withAdmin } from "./with-admin.ts";

const connectWithinMs = 1_000;
const probeTopic = "orders-probe";

/** Whether one of the brokers accepts connections: cheap to ask until it does. */
export async function brokerListens(brokers: string): Promise<boolean> {
  const answers = await Promise.all(brokers.split(",").map((broker) => listens(broker.trim())));
  return answers.includes(true);
}

function listens(broker: string): Promise<boolean> {
  const colon = broker.lastIndexOf(":");
  const host = broker.slice(0, colon).replace(/^\[|\]$/g, "");
  return new Promise((resolve) => {
    const socket = connect({ host, port: Number(broker.slice(colon + 1)) });
    socket.setTimeout(connectWithinMs, () => socket.destroy());
    socket.once("connect", () => {
      resolve(true);
      socket.destroy();
    });
    socket.once("error", () => {});
    socket.once("close", () => resolve(false));
  });
}

/** Metadata, then a group coordinator: right after its start a broker has the one without the other. */
export async function askKafka(kafka: Kafka, group: string): Promise<void> {
  // Whoever waits for it also looks whether the broker has died meanwhile.
  await withAdmin(
    kafka,
    async (admin) => {
      await admin.describeCluster();
      await admin.describeGroups([group]);
    },
    noPatience,
  );
}

/**
 * The whole way once, on a topic of its own: a message is produced, and a group reads it.
 * @throws Failure("environment") when it has not come back before the deadline.
 */
export async function produceAndConsume(kafka: Kafka, { deadlineMs, signal }: Wait): Promise<void> {
  await ensureTopics(kafka, [
    {
      topic: probeTopic,
      partitions: 1,
      // One small message for each `up`; gone within minutes.
      configEntries: [{ name: "retention.ms", value: "60000" }],
    },
  ]);
  await untilPassed({ untilMs: deadlineMs, signal }, () => sendOneThrough(kafka, deadlineMs));
}

async function sendOneThrough(kafka: Kafka, deadlineMs: number): Promise<void> {
  const token = randomUUID();
  const group = `${probeTopic}-${token}`;
  const producer = kafka.producer({ createPartitioner: () => () => 0, retry: { retries: 5 } });
  // A short wait in the broker: the probe's message is there before the first fetch.
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 100 });
  const withinMs = Math.max(0, deadlineMs - Date.now());
  let timer: NodeJS.Timeout | undefined;
  try {
    const back = new Promise<void>((resolve, reject) => {
      timer = setTimeout(
        () =>
          reject(
            new Failure("environment", {
              what: `a message sent through Kafka as a probe did not come back within ${Math.round(withinMs / 1_000)} s`,
              meaning: "Kafka answers, but orders would not reach their consumers",
              remedy: "`orders logs kafka` shows what it does; --timeout allows more time",
            }),
          ),
        withinMs,
      );
      void (async () => {
        await producer.connect();
        await producer.send({ topic: probeTopic, acks: -1, messages: [{ value: token }] });
        await consumer.connect();
        await consumer.subscribe({ topic: probeTopic, fromBeginning: true });
        await consumer.run({
          autoCommit: false,
          eachMessage: async ({ message }) => {
            if (message.value?.toString() === token) resolve();
          },
        });
      })().catch(reject);
    });
    await back;
  } finally {
    clearTimeout(timer);
    await Promise.allSettled([producer.disconnect(), consumer.disconnect()]);
    await withAdmin(kafka, (admin) => admin.deleteGroups([group]), noPatience).catch(() => {});
  }
}
