import type { Statement } from "../../../ports/database.ts";

export interface Contents {
  readonly orders: number;
  readonly dead_letters: number;
  /** Recorded, but not in the dead-letter topic yet. */
  readonly unpublished: number;
  readonly products: number;
}

/** What a reset removes. Orders are counted by their first line. */
export const countContents: Statement = {
  text: `SELECT (SELECT count(*) FROM orders WHERE line_no = 1) AS orders,
       (SELECT count(*) FROM dead_letters) AS dead_letters,
       (SELECT count(*) FROM dead_letters WHERE published_at IS NULL) AS unpublished,
       (SELECT count(*) FROM inventory) AS products`,
};
