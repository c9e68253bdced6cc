import type { Queryable } from "../../../ports/database.ts";
import type { OrderMovement } from "../decide-changes.ts";

const update = {
  name: "move_reserved_stock",
  text: `
    UPDATE inventory
    SET available_quantity = available_quantity + moved.released,
        reserved_quantity = reserved_quantity - moved.released - moved.shipped,
        total_quantity = total_quantity - moved.shipped,
        version = version + 1,
        updated_at = now()
    FROM unnest($1::text[], $2::bigint[], $3::bigint[]) AS moved (product_id, released, shipped)
    WHERE inventory.product_id = moved.product_id`,
};

const record = {
  name: "insert_order_movements",
  text: `
    INSERT INTO stock_movements (product_id, reason, delta_available, delta_total, order_id)
    SELECT product_id, reason, delta_available, delta_total, order_id
    FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::uuid[])
      AS moved (product_id, reason, delta_available, delta_total, order_id)`,
};

/**
 * Released pieces become available again, shipped ones are gone; each with its movement. The rows are
 * locked before.
 */
export async function moveReservedStock(
  tx: Queryable,
  movements: readonly OrderMovement[],
): Promise<void> {
  if (movements.length === 0) return;
  const products = [...new Set(movements.map(({ productId }) => productId))];
  const sum = (reason: OrderMovement["reason"]) => {
    const pieces = new Map<string, number>();
    for (const moved of movements)
      if (moved.reason === reason)
        pieces.set(moved.productId, (pieces.get(moved.productId) ?? 0) + moved.pieces);
    return products.map((productId) => pieces.get(productId) ?? 0);
  };
  await tx.query(update, [products, sum("release"), sum("ship")]);
  await tx.query(record, [
    movements.map(({ productId }) => productId),
    movements.map(({ reason }) => reason),
    movements.map(({ reason, pieces }) => (reason === "release" ? pieces : 0)),
    movements.map(({ reason, pieces }) => (reason === "ship" ? -pieces : 0)),
    movements.map(({ orderId }) => orderId),
  ]);
}
