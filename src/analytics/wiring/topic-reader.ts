import { Failure } from "../../failure/failure.ts";
import type { PartitionLoop } from "../../partitions/partition-loop.ts";
import { whenCaughtUp } from "../../partitions/when-caught-up.ts";
import { heartbeatEveryMs } from "../../partitions/with-heartbeat.ts";
import type { Database } from "../../ports/database.ts";
import { describeLog } from "../../runtime/kafka/describe-log.ts";
import { createGroupConsumer } from "../../runtime/kafka/group-consumer.ts";
import type { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { explainKafkaError, isKafkaRefusal } from "../../runtime/kafka/kafka-failure.ts";
import { readLogState, writtenEnds } from "../../runtime/kafka/log-state.ts";
import { explainRefusedJoin } from "../../runtime/kafka/watch-companions.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type AnalyticsLoopOptions, createAnalyticsLoop } from "../analytics-loop.ts";
import { peekOffsets } from "../sql/stored-offsets.ts";

type Kafka = ReturnType<typeof createKafka>;

export interface TopicReaderOptions
  extends Pick<AnalyticsLoopOptions, "workOn" | "reach" | "onCounted" | "acceptLoss" | "log"> {
  readonly admin: ReturnType<Kafka["admin"]>;
  readonly kafka: Kafka;
  readonly database: Database;
  /** Its topic and group are those to read, and to read as. */
  readonly settings: Settings;
  readonly signal: AbortSignal;
}

/** One topic that the analytics read, by its stored offsets. */
export interface TopicReader {
  readonly loop: PartitionLoop;
  /** True when all that was in the log at the call is counted; false when the signal came first. */
  catchUp(signal: AbortSignal, withinMs: number | undefined): Promise<boolean>;
  /** What to say of an error that has ended it. */
  explained(error: unknown): Promise<unknown>;
}

/** @throws Failure("environment") when there is no such topic, or Kafka does not let it be read. */
export async function openTopicReader(options: TopicReaderOptions): Promise<TopicReader> {
  const { admin, kafka, database, settings, signal, log } = options;
  const { topic, group, workers } = settings;
  const readLog = () => readLogState(kafka, topic);
  const clusterId = await describeLog(admin, kafka, settings, { signal, log });
  const loop = createAnalyticsLoop({
    ...{ group, topic, clusterId, database, readLog, log, workers },
    ...{ acceptLoss: options.acceptLoss, workOn: options.workOn, onCounted: options.onCounted },
    ...(options.reach === undefined ? {} : { reach: options.reach }),
    sessionTimeoutMs: settings.sessionTimeoutMs,
    batchMessages: settings.batch,
    consumer: createGroupConsumer(kafka, {
      ...{ settings, heartbeatEveryMs, signal },
      announce: () => ({ database: undefined }),
      joined: () => {},
    }),
  });
  return {
    loop,
    catchUp: (ended, withinMs) =>
      whenCaughtUp({
        ...{ loop, topic, signal: ended, log, readLog, withinMs },
        peekOffsets: () => peekOffsets(database, group, topic),
        writtenEnds: () => writtenEnds(kafka, topic),
        standingElsewhere: () => Promise.resolve(new Set()),
      }),
    async explained(error) {
      const cause = error instanceof Failure ? error.cause : error;
      if (isKafkaRefusal(cause)) return explainKafkaError(cause, settings.brokers);
      return explainRefusedJoin(error, kafka, group);
    },
  };
}
