import { PartitionLoop } from "../partitions/partition-loop.ts";
import { loopPoints } from "../partitions/reach.ts";
import { recordedLog } from "../partitions/sql/recorded-log.ts";
import { type OffsetStore, takeOver } from "../partitions/take-over.ts";
import type { Database } from "../ports/database.ts";
import type { GroupConsumer } from "../ports/group-consumer.ts";
import type { LogState } from "../ports/log.ts";
import type { AnalyticsCounts } from "./analytics-stats.ts";
import { type CountOptions, countSlices } from "./count-slices.ts";
import { mustBeMended } from "./must-be-mended.ts";
import { insertOffsets, moveOffset, peekOffsets, storedOffsets } from "./sql/stored-offsets.ts";

/** Of a batch's way; what "recorded" is to it stands between "claimed" and "noted". */
export const countingPoints = [...loopPoints, "recorded"] as const;
export type CountingPoint = (typeof countingPoints)[number];

export interface AnalyticsLoopOptions {
  readonly group: string;
  readonly topic: string;
  readonly clusterId: string;
  readonly acceptLoss: boolean;
  readonly sessionTimeoutMs: number;
  /** Transactions in flight. */
  readonly workers: number;
  /** Events in one transaction at most. */
  readonly batchMessages: number;
  readonly workOn: CountOptions["workOn"];
  /** Named points at which tests end the process. */
  readonly reach?: (point: CountingPoint) => void;
  readonly consumer: GroupConsumer;
  readonly database: Database;
  readonly readLog: () => Promise<LogState>;
  /** The next batch of the same partitions waits for it. */
  readonly onCounted: (counts: AnalyticsCounts) => Promise<void>;
  /** One line for a person: retries, reassignments. */
  readonly log: (line: string) => void;
}

const store: OffsetStore = {
  ...recordedLog("analytics.consumer_groups"),
  ...{ storedOffsets, insertOffsets, moveOffset },
  forgetLog: () => Promise.resolve(),
};

/** Below this a batch's transaction takes little longer than its commit does. */
const smallBatchMessages = 500;
/** Of a second in which an order is to be counted. */
const paceMs = 100;

/**
 * An event's way from the fetched message to the metrics: the partitions' loop with its bounded queue
 * and workers, and counting at its end.
 */
export function createAnalyticsLoop(options: AnalyticsLoopOptions): PartitionLoop {
  const { group, topic, database, workOn, onCounted, reach = () => {} } = options;
  const settings = { command: "orders analytics", from: "earliest", store } as const;
  return new PartitionLoop({
    ...{ ...options, reach },
    gatherMessages: smallBatchMessages,
    paceMs,
    peekOffsets: () => peekOffsets(database, group, topic),
    takeOver: (log, partitions) => takeOver(database, log, partitions, { ...options, ...settings }),
    async decide(slices, assignment) {
      const counted = await countSlices(slices, {
        ...{ ...assignment, workOn },
        onRecorded: () => reach("recorded"),
      });
      await onCounted(counted.counts);
      return counted;
    },
    mustBeMended,
    noteUndecodable: () => Promise.resolve(),
  });
}
