import type { Queryable, Statement } from "../../ports/database.ts";

export interface LastChange {
  readonly movement: number;
  readonly epoch: number;
}

const hasTables: Statement = {
  text: "SELECT to_regclass('stock_movements') IS NOT NULL AS made",
};

const statement: Statement = {
  text: `SELECT coalesce(max(movement_id), 0) AS movement,
    (SELECT coalesce(max(epoch_id), 0) FROM epochs) AS epoch FROM stock_movements`,
};

/** @returns the highest ids, 0 where there is none; undefined without our tables. */
export async function selectLastChange(database: Queryable): Promise<LastChange | undefined> {
  const { rows } = await database.query<{ made: boolean }>(hasTables);
  if (rows[0]?.made !== true) return undefined;
  return (await database.query<LastChange>(statement)).rows[0];
}
