import { setTimeout as wait } from "node:timers/promises";
import { Failure } from "../../failure/failure.ts";
import { type OutcomeEvent, readOutcomeEvent } from "../../order/outcome-event.ts";
import { backoffMs, failurePolicy, onceMoreAnew } from "../../partitions/failure-policy.ts";
import {
  type Assignment,
  type DecidedSlices,
  PartitionLoop,
  type PartitionLoopOptions,
} from "../../partitions/partition-loop.ts";
import { loopPoints } from "../../partitions/reach.ts";
import type { Slice } from "../../partitions/slice.ts";
import { recordedLog } from "../../partitions/sql/recorded-log.ts";
import { type OffsetStore, takeOver } from "../../partitions/take-over.ts";
import type { Database } from "../../ports/database.ts";
import { recordOutcomes } from "./sql/record-outcomes.ts";
import { insertOffsets, moveOffset, peekOffsets, storedOffsets } from "./sql/stored-offsets.ts";

export interface OutcomeLoopOptions
  extends Pick<
    PartitionLoopOptions,
    "topic" | "sessionTimeoutMs" | "consumer" | "readLog" | "log"
  > {
  readonly group: string;
  readonly clusterId: string;
  readonly database: Database;
  /** Named points at which tests end the process. */
  readonly reach?: (point: ReadingPoint) => void;
}

/** Of a batch's way; "recorded": it is committed, and nobody in this process knows. */
export const readingPoints = [...loopPoints, "recorded"] as const;
export type ReadingPoint = (typeof readingPoints)[number];

/** Rows that are locked against the changes of customers meanwhile. */
const outcomesPerTransaction = 500;
/** Who asks for an order sees what became of it so much later; customers' requests have the machine meanwhile. */
const paceMs = 100;

const store: OffsetStore = {
  ...recordedLog("shop.consumer_groups"),
  ...{ storedOffsets, insertOffsets, moveOffset },
  forgetLog: () => Promise.resolve(),
};

/**
 * Reads what became of the shop's orders in the reservation, and writes it to them. What the log has
 * lost is passed over with a line: an order that nobody tells of waits on, and the shop goes on.
 */
export function createOutcomeLoop(options: OutcomeLoopOptions): PartitionLoop {
  const { group, topic, database } = options;
  const settings = { command: "orders shop", from: "earliest", store } as const;
  return new PartitionLoop({
    ...{ ...options, reach: options.reach ?? (() => {}) },
    ...{ acceptLoss: true, workers: 1, batchMessages: outcomesPerTransaction, paceMs },
    peekOffsets: () => peekOffsets(database, group, topic),
    takeOver: (log, partitions) =>
      takeOver(database, log, partitions, { ...options, ...settings, acceptLoss: true }),
    decide: (slices, assignment) => record(slices, assignment, options),
    mustBeMended,
    noteUndecodable: () => Promise.resolve(),
  });
}

async function record(
  unsorted: readonly Slice[],
  assignment: Assignment,
  { database, group, topic, log, reach }: OutcomeLoopOptions,
): Promise<DecidedSlices> {
  const slices = unsorted.toSorted((a, b) => a.partition - b.partition);
  const { outcomes, unread } = readOutcomes(slices);
  for (let retries = 0; assignment.isOurs(); retries++) {
    try {
      const result = await recordOutcomes(database, group, topic, slices, outcomes);
      reach?.("recorded");
      assignment.onTrouble(undefined);
      if (result.kind === "fenced") return standing(slices, result.stored);
      if (unread.length > 0)
        log(`${unread.length} messages of ${topic} are no outcomes: ${unread[0]}`);
      return { done: slices, fenced: [] };
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      const passes = failurePolicy(cause) === "retry" || (retries === 0 && onceMoreAnew(cause));
      if (!passes) throw mustBeMended(cause);
      assignment.onTrouble(cause);
      await wait(backoffMs(retries));
    }
  }
  return { done: [], fenced: [] };
}

/** Pure. Of an order the first: it has one outcome; but that it was given back is the end of it. */
function readOutcomes(slices: readonly Slice[]): {
  readonly outcomes: readonly OutcomeEvent[];
  readonly unread: readonly string[];
} {
  const outcomes = new Map<string, OutcomeEvent>();
  const unread: string[] = [];
  for (const { partition, messages } of slices) {
    for (const { offset, value } of messages) {
      const reading = readOutcomeEvent(String(value));
      if (!reading.ok) unread.push(`${partition}/${offset}: ${reading.detail}`);
      else if (reading.event.status === "RELEASED" || !outcomes.has(reading.event.orderId))
        outcomes.set(reading.event.orderId, reading.event);
    }
  }
  return { outcomes: [...outcomes.values()], unread };
}

/** Those that stand where we would have moved them: a commit went through whose answer never came. */
function standing(slices: readonly Slice[], stored: ReadonlyMap<number, number>): DecidedSlices {
  const done = slices.filter(({ partition, next }) => stored.get(partition) === next);
  // What stands where it stood is read again from there, with what was in its company.
  const fenced = slices
    .filter((slice) => !done.includes(slice))
    .map(({ partition }) => ({ partition, stored: stored.get(partition) }));
  return { done, fenced };
}

function mustBeMended(cause: Error): Failure {
  return new Failure(
    "environment",
    {
      what: `PostgreSQL refuses what became of the shop's orders: ${cause.message}`,
      meaning: "orders are taken and changed as before; what was reserved is not shown",
      remedy: "`orders up --profile shop` makes missing tables; then start the shop again",
    },
    { cause },
  );
}
