import type { Queryable, Statement } from "../../../ports/database.ts";

const statement: Statement = {
  text: `
    SELECT to_regclass('dead_letters') IS NOT NULL AS letters,
           to_regclass('dead_letter_replays') IS NOT NULL AS replays,
           EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('stock_movements')
                                              AND attname = 'order_id' AND NOT attisdropped) AS movements,
           to_regclass('consumer_offsets') IS NOT NULL AS offsets,
           to_regclass('epochs') IS NOT NULL AS epochs,
           to_regclass('shop.orders') IS NOT NULL AS shop,
           to_regclass('analytics.processed_events') IS NOT NULL AS analytics,
           (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at_ms`,
};

/** Which tables this database has, besides the orders themselves. */
export interface StoryTables {
  readonly letters: boolean;
  readonly replays: boolean;
  /** And they name the order that they are of. */
  readonly movements: boolean;
  readonly offsets: boolean;
  readonly epochs: boolean;
  readonly shop: boolean;
  readonly analytics: boolean;
  /** The server's clock. */
  readonly at_ms: number;
}

export async function storyTables(tx: Queryable): Promise<StoryTables> {
  const { rows } = await tx.query<StoryTables>(statement);
  const [tables] = rows;
  if (tables === undefined) throw new Error("a SELECT without FROM gave no row");
  return tables;
}
