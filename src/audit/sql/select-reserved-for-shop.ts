import type { Queryable } from "../../ports/database.ts";
import type { LetterRow, MovementRow, ReservationRow, ShopLine } from "../shop/shop-trace.ts";
import { cursorRows } from "./cursor-rows.ts";

const lines = `
  SELECT order_id AS "orderId", line_no AS "lineNo", product_id AS "productId", quantity,
         (price * 100)::bigint AS "priceCents"
  FROM shop.order_items`;

const reservations = `
  SELECT o.order_id AS "orderId", o.line_no AS "lineNo", o.customer_id AS "customerId",
         o.product_id AS "productId", o.quantity, (o.amount * 100)::bigint AS "amountCents", o.status,
         o.source_offset IS NOT NULL AS decided
  FROM orders o WHERE EXISTS (SELECT FROM shop.orders s WHERE s.order_id = o.order_id)`;

const movements = `
  SELECT order_id AS "orderId", product_id AS "productId", delta_available AS "deltaAvailable",
         delta_total AS "deltaTotal"
  FROM stock_movements WHERE order_id IS NOT NULL`;

const letters = `
  SELECT d.order_id AS "orderId", d.reason, false AS replayed
  FROM dead_letters d WHERE EXISTS (SELECT FROM shop.orders s WHERE s.order_id = d.order_id)`;

const lettersAndReplays = `
  SELECT d.order_id AS "orderId", d.reason,
         EXISTS (SELECT FROM dead_letter_replays r
                 WHERE r.dead_letter_id = d.dead_letter_id AND r.letter_recorded_at = d.recorded_at
                   AND r.result = 'produced') AS replayed
  FROM dead_letters d WHERE EXISTS (SELECT FROM shop.orders s WHERE s.order_id = d.order_id)`;

/** In a transaction: the lines of the shop's orders. */
export function shopLines(tx: Queryable): AsyncGenerator<readonly ShopLine[]> {
  return cursorRows(tx, lines);
}

/** In a transaction: what the reservation has of the shop's orders. */
export function shopReservations(tx: Queryable): AsyncGenerator<readonly ReservationRow[]> {
  return cursorRows(tx, reservations);
}

/** In a transaction: the stock that came back from an order, or left with it. */
export function orderMovements(tx: Queryable): AsyncGenerator<readonly MovementRow[]> {
  return cursorRows(tx, movements);
}

/**
 * In a transaction: what the reservation set aside of the shop's orders.
 * @param replays whether the database records which letters were produced again.
 */
export function shopLetters(tx: Queryable, replays: boolean): AsyncGenerator<readonly LetterRow[]> {
  return cursorRows(tx, replays ? lettersAndReplays : letters);
}
