import { Failure } from "../failure/failure.ts";
import { poolerRefusal } from "../failure/pooler-refusal.ts";
import { sqlstateOf } from "../failure/sqlstate.ts";

/** No such schema, table or function. */
const notThere = new Set(["3F000", "42P01", "42883"]);

/** The failure for tables that nobody has made. */
export function tablesMissing(cause?: Error): Failure {
  return new Failure(
    "environment",
    {
      what: "this database has no tables for analytics (schema analytics)",
      meaning: "nothing was counted; the events wait in Kafka, none is lost",
      remedy: "`orders up --profile shop` makes them",
    },
    { cause },
  );
}

/** The failure that ends the analytics because waiting does not help. Nothing is lost: the offsets stay. */
export function mustBeMended(cause: Error): Failure {
  if (notThere.has(sqlstateOf(cause) ?? "")) return tablesMissing(cause);
  const pooler = poolerRefusal(cause);
  if (pooler !== undefined) return new Failure("environment", pooler, { cause });
  return new Failure(
    "environment",
    {
      what: `PostgreSQL refuses the metrics: ${cause.message}`,
      meaning: "it will not pass by itself; the events wait in Kafka, none is lost",
      remedy: "mend the database (login, permissions, disk space), then start the analytics again",
    },
    { cause },
  );
}
