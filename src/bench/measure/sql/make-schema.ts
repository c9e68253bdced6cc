import type { Statement } from "../../../ports/database.ts";

/** $1 = schema, $2 = comment: for the two statements below, which take no parameters, in the same transaction. */
export const nameSchema: Statement = {
  text: "SELECT set_config('orders.schema', $1, true), set_config('orders.comment', $2, true)",
};

export const createSchema: Statement = {
  text: `DO $$ BEGIN
  EXECUTE format('CREATE SCHEMA %I', current_setting('orders.schema'));
  EXECUTE format('COMMENT ON SCHEMA %I IS %L', current_setting('orders.schema'), current_setting('orders.comment'));
END $$`,
};

/** Refuses every name that is not a bench's: CASCADE must never meet a schema of the user's. */
export const dropSchema: Statement = {
  text: `DO $$ BEGIN
  IF current_setting('orders.schema') !~ '^orders_bench_[0-9a-f]{8}$' THEN
    RAISE EXCEPTION 'not a schema of a bench: %', current_setting('orders.schema');
  END IF;
  EXECUTE format('DROP SCHEMA IF EXISTS %I CASCADE', current_setting('orders.schema'));
END $$`,
};
