import type { Queryable } from "../../ports/database.ts";

const statement = {
  name: "prove-add-sale",
  text: `
    INSERT INTO analytics.product_sales AS known (product_id, orders, pieces, revenue)
    VALUES ($1, $2, $3, $4::numeric / 100)
    ON CONFLICT (product_id) DO UPDATE
    SET orders = known.orders + excluded.orders, pieces = known.pieces + excluded.pieces,
        revenue = known.revenue + excluded.revenue`,
};

export async function addSale(
  tx: Queryable,
  sale: {
    readonly productId: string;
    readonly orders: number;
    readonly pieces: number;
    readonly cents: number;
  },
): Promise<void> {
  await tx.query(statement, [sale.productId, sale.orders, sale.pieces, sale.cents]);
}
