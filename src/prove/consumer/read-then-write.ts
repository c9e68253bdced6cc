import { randomUUID } from "node:crypto";
import { orderIdForKey } from "../../order/order-id.ts";
import { partitionOfKey } from "../../runtime/kafka/partitioner.ts";
import { readStock } from "../sql/read-stock.ts";
import { writeStock } from "../sql/write-stock.ts";
import type { PlacedOrder } from "../workload.ts";
import { placedOrder } from "../workload.ts";
import { partitions } from "../world.ts";
import { Meeting } from "./meeting.ts";
import { piecesOf, right, type Ways } from "./ways.ts";

/**
 * Reads without a lock, and writes what it computed. The transactions of the two orders for `productId`
 * meet between the two: both have read before either writes.
 */
export function readThenWrite(productId: string): Partial<Ways> {
  const meeting = new Meeting(2);
  return {
    async look(tx, productIds) {
      if (!productIds.includes(productId)) return right.look(tx, productIds);
      const stock = await readStock(tx, productIds);
      await meeting.arrive();
      return stock;
    },
    async take(tx, asked, stock) {
      const pieces = piecesOf(asked.lines);
      if (!pieces.has(productId)) return right.take(tx, asked, stock);
      for (const [product, wanted] of pieces)
        await writeStock(tx, product, (stock.get(product) ?? 0) - wanted);
    },
  };
}

/** Two orders for one product, of customers whose partitions are worked side by side. */
export function twoAtOnce(productId: string, quantity: number): readonly PlacedOrder[] {
  const first = "RACER-A";
  const other = Array.from({ length: 100 }, (_, n) => `RACER-${n}`).find(
    (customer) => partitionOfKey(customer, partitions) !== partitionOfKey(first, partitions),
  );
  return [first, other ?? first].map((customerId) =>
    placedOrder({
      orderId: orderIdForKey(customerId, randomUUID()),
      customerId,
      lines: [{ productId, quantity, amount: quantity * 10 }],
      placedAtMs: Date.UTC(2026, 1, 1),
    }),
  );
}
