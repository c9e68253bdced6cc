import type { Queryable } from "../../ports/database.ts";

/** In a transaction: what a statement finds, some thousands of rows at a time. One at a time. */
export async function* cursorRows<Row>(
  tx: Queryable,
  select: string,
): AsyncGenerator<readonly Row[]> {
  await tx.query({ text: `DECLARE audited NO SCROLL CURSOR FOR ${select}` });
  for (;;) {
    const { rows } = await tx.query<Row>({ text: "FETCH 10000 FROM audited" });
    if (rows.length === 0) break;
    yield rows;
  }
  await tx.query({ text: "CLOSE audited" });
}
