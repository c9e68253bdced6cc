import type { EachBatchPayload, Kafka } from "kafkajs";
import { Failure } from "../../failure/failure.ts";
import type { FetchedBatch, GroupConsumer, GroupListener } from "../../ports/group-consumer.ts";
import type { Settings } from "../settings/settings.ts";
import { type Announcement, announcingAssigner } from "./announcement.ts";
import { fetchedOffset, type KafkaBatch, readFetched } from "./fetched-batch.ts";

export interface GroupConsumerOptions {
  readonly settings: Settings;
  readonly heartbeatEveryMs: number;
  /** From then on it must not begin anew behind our back, when it is told to stop while Kafka is away. */
  readonly signal: AbortSignal;
  /** What it tells the group about itself; asked at each join. */
  readonly announce: () => Announcement;
  /** Told after each join. */
  readonly joined: () => void;
}

/** A group consumer by kafkajs: facts of its own that the port hides stand here. */
export function createGroupConsumer(
  kafka: Kafka,
  { settings, heartbeatEveryMs, signal, announce, joined: onJoined }: GroupConsumerOptions,
): GroupConsumer {
  const { topic } = settings;
  const consumer = kafka.consumer({
    partitionAssigners: [announcingAssigner(announce)],
    retry: { retries: 5, restartOnFailure: () => Promise.resolve(!signal.aborted) },
    groupId: settings.group,
    sessionTimeout: settings.sessionTimeoutMs,
    heartbeatInterval: heartbeatEveryMs,
    maxBytes: settings.fetchBytes,
    maxBytesPerPartition: settings.fetchPartitionBytes,
    // The default of 5 s would stall the first fetch after a pause.
    maxWaitTimeInMs: 100,
  });
  /** False while kafkajs starts itself again: it throws when it is told to pause then. */
  let joined = false;
  let heardAtMs = Number.NEGATIVE_INFINITY;

  return {
    async start(listener) {
      listen(listener);
      await consumer.subscribe({ topic, fromBeginning: true });
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1_000,
        eachBatch: (payload) => listener.batch(fetchedBatch(payload)),
      });
    },
    pause(partitions) {
      if (partitions.length === 0 || !joined) return;
      consumer.pause([{ topic, partitions: [...partitions] }]);
    },
    resume: (partitions) => consumer.resume([{ topic, partitions: [...partitions] }]),
    seek: (partition, offset) => consumer.seek({ topic, partition, offset: String(offset) }),
    silentMs: () => (joined ? performance.now() - heardAtMs : 0),
    commitOffsets: (next) =>
      consumer.commitOffsets(
        next.map(({ partition, offset }) => ({ topic, partition, offset: String(offset) })),
      ),
    stop: () => consumer.disconnect(),
  };

  /** kafkajs does not wait for listeners: what they do before their first await happens in time. */
  function listen(listener: GroupListener): void {
    const { events } = consumer;
    consumer.on(events.GROUP_JOIN, ({ payload }) => {
      joined = true;
      heardAtMs = performance.now();
      listener.assigned(payload.memberAssignment[topic] ?? []);
      onJoined();
    });
    consumer.on(events.HEARTBEAT, () => {
      heardAtMs = performance.now();
    });
    consumer.on(events.STOP, () => {
      // Also when kafkajs gave up on its connections and will begin anew.
      joined = false;
      listener.expelled();
    });
    consumer.on(events.START_BATCH_PROCESS, ({ payload }) => {
      // Only transaction markers or aborted messages: kafkajs shows such a batch to nobody.
      const { batchSize, partition, firstOffset, lastOffset } = payload;
      if (batchSize > 0) return;
      listener.skipped(
        partition,
        firstOffset === null ? null : Number(firstOffset),
        Number(lastOffset) + 1,
      );
    });
    consumer.on(events.CRASH, ({ payload }) => {
      // kafkajs restarts by itself after errors that may pass; this one it gave up on.
      if (payload.restart) listener.restarting(payload.error);
      else listener.failed(crashed(payload.error));
    });
  }
}

function fetchedBatch({ batch, resolveOffset, heartbeat }: EachBatchPayload): FetchedBatch {
  return {
    partition: batch.partition,
    fetched: fetchedOffset(batch),
    read: (from, accepts) => readFetched(batch as unknown as KafkaBatch, from, accepts),
    heartbeat,
    resolve: () => resolveOffset(batch.lastOffset()),
  };
}

export function crashed(cause: Error): Failure {
  return new Failure(
    "environment",
    {
      what: `the Kafka consumer gave up: ${cause.message}`,
      meaning: "this process consumes nothing any more; what it has not decided waits in Kafka",
      remedy:
        "check brokers, topic and credentials (`orders doctor`), then start the consumer again",
    },
    { cause },
  );
}
