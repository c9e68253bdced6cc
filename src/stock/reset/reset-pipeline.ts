import { Failure } from "../../failure/failure.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import type { PartitionLag } from "../../runtime/kafka/group-lag.ts";
import { forbidNaive } from "../../runtime/postgres/tables/naive-permit.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import { type EpochPlan, planEpoch } from "./plan-epoch.ts";
import { type Contents, countContents } from "./sql/count-contents.ts";
import { emptyOrders } from "./sql/empty-orders.ts";
import { insertEpoch } from "./sql/insert-epoch.ts";
import { lockDeadLetters, lockInventory, lockOffsets, lockOrders } from "./sql/lock-pipeline.ts";
import { restoreStock } from "./sql/restore-stock.ts";
import { returnStock } from "./sql/return-stock.ts";

export interface ResetOptions {
  readonly group: string;
  readonly topic: string;
  /** Go on although orders or dead letters are on their way. */
  readonly force: boolean;
  /** Totals stay as people set them; else each seeded product is as it was seeded. */
  readonly keepStock: boolean;
}

export interface ResetResult {
  readonly epoch_id: number;
  readonly orders_removed: number;
  readonly dead_letters_removed: number;
  readonly products_restored: number;
  readonly pieces_returned: number;
  /** Products whose total had been changed and is again what was seeded. */
  readonly products_reseeded: number;
  /** Placed before the reset and still to be decided: they belong to the new epoch. 0 without force. */
  readonly messages_behind: number;
}

interface Restored {
  readonly products: number;
  readonly seeded: number;
  readonly pieces: number;
}

/**
 * Empties orders and dead letters, restores the stock, and begins a new epoch, all in one
 * transaction. The offsets of the consumers stay: positions in the log do not change.
 * @param partitions the log's ends, read from Kafka before: whatever is placed later belongs to the
 * new epoch, so nothing can slip between.
 * @throws Failure("environment") while the group is behind, unless forced.
 */
export async function resetPipeline(
  database: Database,
  partitions: readonly PartitionLag[],
  options: ResetOptions,
): Promise<ResetResult> {
  return database.transaction(async (tx) => {
    for (const lock of [lockOffsets, lockOrders, lockInventory, lockDeadLetters]) {
      await tx.query(lock);
    }
    const plan = await planUnderLock(tx, partitions, options);
    const contents = (await tx.query<Contents>(countContents)).rows[0];
    if (!options.force) refuseWhileUnderWay(plan, contents?.unpublished ?? 0, options);
    await tx.query(emptyOrders);
    await forbidNaive(tx);
    const stock = options.keepStock ? returnStock : restoreStock;
    const returned = (await tx.query<Restored>(stock)).rows[0];
    const epoch = await tx.query<{ epoch_id: number }>(insertEpoch, [
      "reset",
      options.topic,
      JSON.stringify(plan.logOffsets),
    ]);
    return {
      epoch_id: epoch.rows[0]?.epoch_id ?? 0,
      orders_removed: contents?.orders ?? 0,
      dead_letters_removed: contents?.dead_letters ?? 0,
      products_restored: returned?.products ?? 0,
      pieces_returned: returned?.pieces ?? 0,
      products_reseeded: returned?.seeded ?? 0,
      messages_behind: plan.messagesBehind,
    };
  });
}

async function planUnderLock(
  tx: Queryable,
  partitions: readonly PartitionLag[],
  { group, topic }: ResetOptions,
): Promise<EpochPlan> {
  const stored = await peekOffsets(tx, group, topic);
  return planEpoch(
    partitions.map(({ partition, low, high, committed }) => {
      return { partition, low, high, committed, stored: stored.get(partition) };
    }),
  );
}

function refuseWhileUnderWay(plan: EpochPlan, unpublished: number, { group }: ResetOptions): void {
  if (plan.messagesBehind > 0) {
    throw new Failure("environment", {
      what: `consumer group ${group} is ${plan.messagesBehind} messages behind, in ${plan.behind.length} partitions`,
      meaning: "these orders would be decided after the reset, against the stock of the new epoch",
      remedy: "wait until they are decided (`orders status` shows the lag), or use --force",
    });
  }
  if (unpublished > 0) {
    throw new Failure("environment", {
      what: `${unpublished} dead letters are not in the dead-letter topic yet`,
      meaning: "the reset would remove them before anybody could see them there",
      remedy: "wait for a running consumer to publish them, or use --force",
    });
  }
}
