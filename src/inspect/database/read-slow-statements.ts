import { Failure } from "../../failure/failure.ts";
import type { Database } from "../../ports/database.ts";
import { DatabaseError } from "../../runtime/postgres/session.ts";
import type { SlowStatement, SlowStatements } from "./answers.ts";
import { findStatistics } from "./sql/find-statistics.ts";
import { resetStatements } from "./sql/reset-statements.ts";
import { type SlowRow, selectSlowStatements } from "./sql/select-slow-statements.ts";
import { sumStatements } from "./sql/sum-statements.ts";

export interface SlowOptions {
  readonly by: SlowStatements["by"];
  readonly limit: number;
  /** Counting begins anew after this answer. */
  readonly reset: boolean;
}

/**
 * Which statements of this database cost how much, by pg_stat_statements.
 * @throws Failure("environment") where it is not loaded or not created, or may not be reset.
 */
export async function readSlowStatements(
  database: Database,
  { by, limit, reset }: SlowOptions,
): Promise<SlowStatements> {
  const { visible, schema } = await findStatistics(database);
  if (!visible) throw notCreated(schema);
  try {
    const rows = await selectSlowStatements(database, by, limit);
    const { total_ms, counted, hidden, since } = await sumStatements(database);
    if (reset) await resetStatements(database);
    return {
      by,
      statements: rows.map((row) => slowStatement(row, total_ms)),
      ...{ total_ms, counted },
      counting_since: since?.toISOString() ?? null,
      hidden_statements: hidden,
      reset,
    };
  } catch (error) {
    throw explained(error);
  }
}

/** Pure. */
export function slowStatement(row: SlowRow, totalMs: number): SlowStatement {
  const { query_id, statement, top_level, calls, total_ms, max_ms, rows, wal_bytes } = row;
  const blocks = row.hit + row.read;
  return {
    ...{ query_id, statement, top_level, calls, total_ms, max_ms, rows, wal_bytes },
    mean_ms: calls === 0 ? 0 : total_ms / calls,
    // What runs inside a function is part of the call's time: it has no share of its own.
    share: top_level && totalMs > 0 ? total_ms / totalMs : null,
    cache_hit_share: blocks === 0 ? null : row.hit / blocks,
  };
}

const howToLoad =
  "in postgresql.conf (a managed service: in its parameters) set shared_preload_libraries = 'pg_stat_statements', restart, then: orders db query --write --as-owner 'CREATE EXTENSION pg_stat_statements'";

function notCreated(schema: string | null): Failure {
  if (schema !== null) {
    return new Failure("environment", {
      what: `pg_stat_statements is in the schema ${schema}, which is not on the search path`,
      remedy: `ALTER ROLE … SET search_path = public, ${schema}, or append ?options=-csearch_path%3Dpublic,${schema} to DATABASE_URL`,
    });
  }
  return new Failure("environment", {
    what: "this database does not count its statements: the extension pg_stat_statements is not there",
    meaning: "the stacks that `orders up` starts have it; it begins to count when it is loaded",
    remedy: howToLoad,
  });
}

function explained(error: unknown): unknown {
  if (!(error instanceof DatabaseError)) return error;
  if (error.code === "55000") {
    return new Failure(
      "environment",
      {
        what: `the server did not load pg_stat_statements: ${error.message}`,
        meaning: "the extension was created, but nothing is counted",
        remedy: howToLoad,
      },
      { cause: error },
    );
  }
  if (error.code === "42501") {
    return new Failure(
      "environment",
      {
        what: `this user may not do that: ${error.message}`,
        meaning: "resetting is for superusers unless it was granted",
        remedy:
          "ask as a superuser, or: GRANT EXECUTE ON FUNCTION pg_stat_statements_reset TO <user>",
      },
      { cause: error },
    );
  }
  if (error.code === "42703") {
    return new Failure(
      "environment",
      {
        what: `pg_stat_statements is older than version 1.8: ${error.message}`,
        meaning: "it came with PostgreSQL before 13, or was never brought up to date",
        remedy: "ALTER EXTENSION pg_stat_statements UPDATE",
      },
      { cause: error },
    );
  }
  return error;
}
