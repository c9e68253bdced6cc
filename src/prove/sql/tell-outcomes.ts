import type { Queryable } from "../../ports/database.ts";

const statement = {
  text: `
    UPDATE shop.orders s
    SET reservation = told.outcome,
        status = CASE s.status WHEN 'CREATED' THEN replace(told.outcome, 'RELEASED', 'CREATED')
                               ELSE s.status END
    FROM (SELECT order_id, CASE status WHEN 'rejected' THEN 'REJECTED' WHEN 'released' THEN 'RELEASED'
                                       ELSE 'RESERVED' END AS outcome
          FROM orders WHERE line_no = 1) told
    WHERE told.order_id = s.order_id`,
};

/** The shop writes down what became of its orders in the reservation, as its reader of outcomes does. */
export async function tellOutcomes(tx: Queryable): Promise<void> {
  await tx.query(statement);
}
