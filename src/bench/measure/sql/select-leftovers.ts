import type { Queryable, Statement } from "../../../ports/database.ts";

export interface SchemaRow {
  readonly schema: string;
  /** What the bench that made it wrote there; null for a schema that only looks like one of ours. */
  readonly comment: string | null;
  /** This user may drop it. */
  readonly mine: boolean;
}

const statement: Statement = {
  text: `SELECT nspname AS schema, obj_description(oid, 'pg_namespace') AS comment,
       pg_has_role(nspowner, 'USAGE') AS mine
FROM pg_namespace
WHERE nspname ~ '^orders_bench_[0-9a-f]{8}$'
ORDER BY nspname
LIMIT 100`,
};

/** Schemas that benches made and did not remove. */
export async function selectLeftovers(keeper: Queryable): Promise<readonly SchemaRow[]> {
  return (await keeper.query<SchemaRow>(statement)).rows;
}
