import type { PipelineFault } from "../fault.ts";
import { takePieces } from "../sql/take-pieces.ts";

const insert = {
  text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
         VALUES (gen_random_uuid(), 'C001', 'PROD005', 1, 1, 'reserved')`,
};

export const rowNobodyOrdered: PipelineFault = {
  of: "pipeline",
  name: "row-nobody-ordered",
  explanation: "a row appears for an order that nobody placed, with stock taken as it should be",
  fires: [{ check: "rows-have-messages", because: "no message asks for it" }],
  async afterwards({ database }) {
    await database.query(insert);
    await takePieces(database, "PROD005", 1);
  },
};
