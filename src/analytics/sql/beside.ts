import type { Database, Queryable, Statement } from "../../ports/database.ts";

/** The schema's name where it qualifies one, or is made. */
const qualifier = /\banalytics(?=[.;])/g;
const rewritten = new WeakMap<Statement, Statement>();

/**
 * The same statements on the tables of the schema `analytics_rebuild`: what is recomputed beside the
 * live metrics is counted by the very same code. Of a pool of its own: names of prepared statements
 * are the same, too.
 */
export function beside(database: Database): Database {
  return {
    ...on(database),
    transaction: (work, options) => database.transaction((tx) => work(on(tx)), options),
    close: () => database.close(),
  };
}

function on(queryable: Queryable): Queryable {
  return { query: (statement, values) => queryable.query(moved(statement), values) };
}

function moved(statement: Statement): Statement {
  const known = rewritten.get(statement);
  if (known !== undefined) return known;
  const made = { ...statement, text: statement.text.replaceAll(qualifier, "analytics_rebuild") };
  rewritten.set(statement, made);
  return made;
}
