import { PartitionLoop, type PartitionLoopOptions } from "../../partitions/partition-loop.ts";
import { takeOver } from "../../partitions/take-over.ts";
import type { Database } from "../../ports/database.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import { mustBeMended } from "../must-be-mended.ts";
import { reservationOffsets } from "../reservation-offsets.ts";
import type { OutcomeFlow } from "./outcome-flow.ts";

export interface OutcomeLoopOptions
  extends Pick<
    PartitionLoopOptions,
    "topic" | "acceptLoss" | "sessionTimeoutMs" | "consumer" | "readLog" | "log"
  > {
  readonly group: string;
  readonly clusterId: string;
  readonly from: "earliest" | "latest";
  readonly database: Database;
  readonly flow: OutcomeFlow;
}

/** Slices that wait at once: a partition whose orders are not decided yet holds up no other. */
const slicesInHand = 200;
const messagesPerSlice = 500;
/** A request and a transaction a round, over all partitions of four topics: outcomes may be told a moment later. */
const paceMs = 100;

/**
 * Reads the orders' topic a second time, beside the reservation and in a group of its own, and tells
 * what became of each order once it is decided.
 */
export function createOutcomeLoop(options: OutcomeLoopOptions): PartitionLoop {
  const { group, topic, database, flow } = options;
  return new PartitionLoop({
    ...options,
    ...{ workers: slicesInHand, batchMessages: messagesPerSlice, batchPartitions: 1, paceMs },
    peekOffsets: () => peekOffsets(database, group, topic),
    takeOver: (log, partitions) =>
      takeOver(database, log, partitions, {
        ...{ ...options, command: "orders consume", store: outcomeOffsets },
      }),
    async decide(slices, assignment) {
      const each = await Promise.all(slices.map((slice) => flow.publish(slice, assignment)));
      return {
        done: each.flatMap(({ done }) => done),
        fenced: each.flatMap(({ fenced }) => fenced),
      };
    },
    mustBeMended,
    // The reservation notes them: it stands there, too.
    noteUndecodable: () => Promise.resolve(),
  });
}

const outcomeOffsets = { ...reservationOffsets, forgetLog: () => Promise.resolve() };
