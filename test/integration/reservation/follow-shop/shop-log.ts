import type { Order } from "../../../../src/order/order.ts";
import { placedOrder } from "../../../../src/order/placed-order.ts";
import { type ShopEventItem, writeShopEvent } from "../../../../src/order/shop-event.ts";
import type { Slice } from "../../../../src/partitions/slice.ts";
import type { Database } from "../../../../src/ports/database.ts";
import {
  type FollowOptions,
  followSlices,
} from "../../../../src/reservation/follow-shop/follow-slices.ts";
import { eventsOf } from "../../../arbitrary/shop-events.ts";

export const shopGroup = "g-shop";
export const eventsTopic = "order-events";

/** An order of the shop with the texts of what may happen to it. */
export interface ShopFate {
  readonly order: Order;
  readonly cancelled: string;
  readonly shipped: string;
}

/** @param items [product, quantity] */
export function fateOf(customerId: string, ...items: readonly (readonly [string, number])[]) {
  const lines = items.map(
    ([productId, quantity]): ShopEventItem => ({ productId, quantity, priceCents: 1_000 }),
  );
  const fate = ["ORDER_CREATED", "ORDER_CANCELLED", "ORDER_SHIPPED"] as const;
  const [created, cancelled, shipped] = eventsOf(fate, lines, customerId);
  if (created === undefined || cancelled === undefined || shipped === undefined)
    throw new Error("three events");
  return {
    order: { ...placedOrder(created), orderId: created.orderId },
    cancelled: writeShopEvent(cancelled),
    shipped: writeShopEvent(shipped),
  } satisfies ShopFate;
}

export function sliceOf(texts: readonly (string | null)[], partition: number, from: number): Slice {
  const messages = texts.map((text, index) => ({
    ...{ offset: from + index, key: Buffer.from("k"), timestampMs: 0 },
    value: text === null ? null : Buffer.from(text),
  }));
  return { partition, from, next: from + texts.length, messages };
}

export async function beginShop(database: Database, partitions: number): Promise<void> {
  await database.query(
    {
      text: "INSERT INTO consumer_offsets SELECT $1, $2, p, 0 FROM generate_series(0, $3::integer - 1) AS p",
    },
    [shopGroup, eventsTopic, partitions],
  );
}

export function follow(
  database: Database,
  slices: readonly Slice[],
  options: Partial<FollowOptions> = {},
) {
  return followSlices(slices, {
    ...{ database, group: shopGroup, topic: eventsTopic },
    isOurs: () => true,
    onTrouble: () => {},
    notePlaced: async () => async () => true,
    ...options,
  });
}

export interface Movement {
  readonly product_id: string;
  readonly reason: string;
  readonly delta_available: number;
  readonly delta_total: number;
  readonly order_id: string;
}

export async function movements(database: Database): Promise<readonly Movement[]> {
  const { rows } = await database.query<Movement>({
    text: `SELECT product_id, reason, delta_available, delta_total, order_id
           FROM stock_movements WHERE order_id IS NOT NULL ORDER BY movement_id`,
  });
  return rows;
}

export async function statuses(database: Database): Promise<ReadonlyMap<string, string>> {
  const { rows } = await database.query<{ order_id: string; statuses: string }>({
    text: "SELECT order_id, string_agg(DISTINCT status, ',') AS statuses FROM orders GROUP BY 1",
  });
  return new Map(rows.map((row) => [row.order_id, row.statuses]));
}
