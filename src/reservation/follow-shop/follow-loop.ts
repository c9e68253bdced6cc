import { PartitionLoop } from "../../partitions/partition-loop.ts";
import { takeOver } from "../../partitions/take-over.ts";
import type { Database } from "../../ports/database.ts";
import type { GroupConsumer } from "../../ports/group-consumer.ts";
import type { LogState } from "../../ports/log.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import { mustBeMended } from "../must-be-mended.ts";
import { reservationOffsets } from "../reservation-offsets.ts";
import { noteUndecodable } from "../sql/undecodable-batches.ts";
import type { FollowCounts } from "./decide-changes.ts";
import { type FollowOptions, followSlices } from "./follow-slices.ts";

export interface FollowLoopOptions extends Pick<FollowOptions, "group" | "topic" | "notePlaced"> {
  readonly clusterId: string;
  readonly acceptLoss: boolean;
  readonly sessionTimeoutMs: number;
  /** Transactions in flight. */
  readonly workers: number;
  /** Events in one transaction at most. */
  readonly batchMessages: number;
  readonly consumer: GroupConsumer;
  readonly database: Database;
  /** The one whose transactions apply the events; the same, but for tests. */
  readonly applying: Database;
  readonly readLog: () => Promise<LogState>;
  readonly onFollowed: (counts: FollowCounts) => void;
  /** One line for a person: retries, reassignments. */
  readonly log: (line: string) => void;
}

/** Below this a batch's transaction takes little longer than its commit does. */
const smallBatchMessages = 250;
/** Most of the events are of new orders, which the reservation hears of elsewhere. */
const paceMs = 100;

/** The way of the shop's events to what is reserved: the partitions' loop, its offsets beside the reservation's. */
export function createFollowLoop(options: FollowLoopOptions): PartitionLoop {
  const { group, topic, database, applying, notePlaced, onFollowed } = options;
  const settings = { command: "orders consume --follow-shop", from: "earliest" } as const;
  return new PartitionLoop({
    ...options,
    gatherMessages: smallBatchMessages,
    paceMs,
    peekOffsets: () => peekOffsets(database, group, topic),
    takeOver: (log, partitions) =>
      takeOver(database, log, partitions, { ...options, ...settings, store: reservationOffsets }),
    async decide(slices, assignment) {
      const followed = await followSlices(slices, {
        ...assignment,
        ...{ database: applying, group, topic, notePlaced },
      });
      onFollowed(followed.counts);
      return followed;
    },
    mustBeMended,
    noteUndecodable: (partition, batch) =>
      noteUndecodable(database, group, topic, partition, batch),
  });
}
