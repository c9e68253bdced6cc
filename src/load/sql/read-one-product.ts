import type { Queryable } from "../../ports/database.ts";

const select = {
  name: "load_read_one_product",
  text: "SELECT available_quantity FROM inventory LIMIT 1",
};

/** The least that a client of the pipeline asks of the database. */
export async function readOneProduct(database: Queryable): Promise<void> {
  await database.query(select);
}
