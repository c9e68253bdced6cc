import type { Queryable, Statement } from "../../../ports/database.ts";

/** For the statement below, which takes no parameters. */
const parameters: Statement = { text: "SELECT set_config('orders.schema', $1, true)" };

const statement: Statement = {
  text: `DO $$ BEGIN
  IF current_setting('orders.schema') !~ '^orders_bench_[0-9a-f]{8}$' THEN
    RAISE EXCEPTION 'not a schema of a bench: %', current_setting('orders.schema');
  END IF;
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', current_setting('orders.schema'));
END $$`,
};

/** Within a transaction. Refuses every name that is not a bench's: CASCADE must never meet a schema of the user's. */
export async function dropSchema(keeper: Queryable, schema: string): Promise<void> {
  await keeper.query(parameters, [schema]);
  await keeper.query(statement);
}
