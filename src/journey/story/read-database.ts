import { sqlstateOf } from "../../failure/sqlstate.ts";
import { isUuid } from "../../order/order-id.ts";
import type { Database, Queryable } from "../../ports/database.ts";
import { peekOffsets } from "../../runtime/postgres/tables/peek-offsets.ts";
import type { DatabaseEvidence, RowEvidence } from "./evidence.ts";
import { epochOffsets } from "./sql/select-epoch.ts";
import { storyLetters } from "./sql/select-letters.ts";
import { storyMovements } from "./sql/select-movements.ts";
import { storyRows } from "./sql/select-rows.ts";
import {
  countedEvents,
  type OutboxRow,
  outboxOf,
  type ShopOrderRow,
  shopOrder,
} from "./sql/select-shop.ts";
import { storyTables } from "./sql/select-tables.ts";

export interface DatabaseQuestion {
  readonly orderId: string;
  readonly topic: string;
  readonly group: string;
  /** Where messages of the order are known to stand. */
  readonly places: readonly { readonly partition: number; readonly offset: number }[];
  /** Events of it that were found in the log. */
  readonly eventIds: readonly string[];
}

export interface DatabaseAnswer extends DatabaseEvidence {
  /** First offsets of the epoch, by partition. */
  readonly epoch: ReadonlyMap<number, number>;
  readonly shop: ShopOrderRow | undefined;
  readonly outbox: readonly OutboxRow[];
  /** undefined: there are no analytics. */
  readonly counted:
    | ReadonlyMap<string, { readonly partition: number; readonly offset: number }>
    | undefined;
}

/** Of one moment: what is decided and how far the offsets are belong together. */
export function readDatabase(
  database: Database,
  question: DatabaseQuestion,
): Promise<DatabaseAnswer> {
  return database.transaction((tx) => answer(tx, question), {
    isolation: "repeatable read",
    readOnly: true,
  });
}

async function answer(
  tx: Queryable,
  { orderId, topic, group, places, eventIds }: DatabaseQuestion,
): Promise<DatabaseAnswer> {
  const tables = await storyTables(tx);
  const rows = await rowsOf(tx, orderId);
  const known = [...places, ...rows.flatMap(placeOf)];
  const letters = tables.letters
    ? await storyLetters(tx, { orderId, topic, places: known, replaysKept: tables.replays })
    : [];
  const stored = tables.offsets ? await peekOffsets(tx, group, topic) : undefined;
  const inShop = tables.shop && isUuid(orderId);
  const outbox = inShop ? await outboxOf(tx, orderId) : [];
  const events = [...new Set([...eventIds, ...outbox.map(({ eventId }) => eventId)])].filter(
    isUuid,
  );
  return {
    atMs: tables.at_ms,
    rows,
    letters,
    movements: tables.movements ? await storyMovements(tx, orderId) : [],
    stored: stored !== undefined && stored.size > 0 ? stored : undefined,
    epoch: tables.epochs ? await epochOffsets(tx, topic) : new Map(),
    shop: inShop ? await shopOrder(tx, orderId) : undefined,
    outbox,
    counted: tables.analytics ? await countedEvents(tx, events) : undefined,
  };
}

/** What the column's type cannot be stands in no row. */
async function rowsOf(tx: Queryable, orderId: string): Promise<readonly RowEvidence[]> {
  await tx.query({ text: "SAVEPOINT asked" });
  try {
    return await storyRows(tx, orderId);
  } catch (error) {
    if (!["22P02", "22003"].includes(sqlstateOf(error) ?? "")) throw error;
    await tx.query({ text: "ROLLBACK TO SAVEPOINT asked" });
    return [];
  }
}

function placeOf({ partition, offset }: RowEvidence) {
  return partition === undefined || offset === undefined ? [] : [{ partition, offset }];
}
