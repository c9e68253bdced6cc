import type { Queryable, Statement } from "../../../ports/database.ts";

/** For the statement below, which takes no parameters. */
const parameters: Statement = {
  text: "SELECT set_config('orders.schema', $1, true), set_config('orders.comment', $2, true)",
};

const statement: Statement = {
  text: `DO $$ BEGIN
  EXECUTE format('CREATE SCHEMA %I', current_setting('orders.schema'));
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', current_setting('orders.schema'), current_setting('orders.comment'));
END $$`,
};

/** Within a transaction. */
export async function createSchema(
  keeper: Queryable,
  schema: string,
  comment: string,
): Promise<void> {
  await keeper.query(parameters, [schema, comment]);
  await keeper.query(statement);
}
