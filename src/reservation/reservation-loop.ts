import type { Order } from "../order/order.ts";
import { PartitionLoop } from "../partitions/partition-loop.ts";
import { takeOver } from "../partitions/take-over.ts";
import type { Database } from "../ports/database.ts";
import type { GroupConsumer } from "../ports/group-consumer.ts";
import type { LogState } from "../ports/log.ts";
import { peekOffsets } from "../runtime/postgres/tables/peek-offsets.ts";
import { decideWork } from "./decide-work.ts";
import type { Reach } from "./failpoints.ts";
import { mustBeMended } from "./must-be-mended.ts";
import { prepareWork } from "./prepare-work.ts";
import { reservationOffsets } from "./reservation-offsets.ts";
import { noteUndecodable } from "./sql/undecodable-batches.ts";
import { takesOthers } from "./takes-others.ts";
import type { Strategy, WorkCounts } from "./work.ts";

export interface ReservationLoopOptions {
  readonly group: string;
  readonly topic: string;
  readonly clusterId: string;
  readonly from: "earliest" | "latest";
  readonly acceptLoss: boolean;
  readonly sessionTimeoutMs: number;
  readonly workers: number;
  readonly batchMessages: number;
  readonly consumer: GroupConsumer;
  readonly database: Database;
  readonly strategy: Strategy;
  readonly readLog: () => Promise<LogState>;
  readonly onDecided: (counts: WorkCounts, reserved: readonly Order[]) => void;
  /** One line for a person: retries, reassignments. */
  readonly log: (line: string) => void;
  readonly reach?: Reach;
}

/** Below this a batch's transaction takes little longer than its commit does. */
const smallBatchMessages = 250;
/** Orders that are decided one by one in a worker's turn: what a clean stop has to wait for. */
const ordersInTurn = 100;

/** An order's way from the fetched message to the database: the partitions' loop with a strategy at its end. */
export function createReservationLoop(options: ReservationLoopOptions): PartitionLoop {
  const { group, topic, database, strategy, onDecided, batchMessages } = options;
  return new PartitionLoop({
    ...options,
    // Decided one after the other: partitions in one turn would wait for each other.
    ...(strategy.unit === "order"
      ? { batchMessages: Math.min(batchMessages, ordersInTurn), batchPartitions: 1 }
      : { gatherMessages: smallBatchMessages }),
    peekOffsets: () => peekOffsets(database, group, topic),
    takeOver: (log, partitions) =>
      takeOver(database, log, partitions, {
        ...options,
        command: "orders consume",
        store: reservationOffsets,
      }),
    async decide(slices, assignment) {
      const decided = await decideWork(prepareWork(group, topic, slices), {
        ...assignment,
        strategy,
        takesOthers: (refused, around) => takesOthers(database, refused, around),
      });
      onDecided(decided.counts, decided.reserved);
      return decided;
    },
    mustBeMended,
    noteUndecodable: (partition, batch) =>
      noteUndecodable(database, group, topic, partition, batch),
  });
}
