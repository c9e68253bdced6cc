import { Failure } from "../failure/failure.ts";
import { poolerRefusal } from "../failure/pooler-refusal.ts";

/** What to do about errors that a person must mend, by code or by its class. */
const remedyOf: Readonly<Record<string, string>> = {
  "28": "correct user and password in DATABASE_URL (or pg_hba.conf, which refuses them)",
  "3D000": "create the database, or correct its name in DATABASE_URL",
  "42P01": "`orders up` creates missing tables (`--migrate` in a schema that is not empty)",
  "42501": "grant this user the right to read and write the pipeline's tables",
  "53100": "make room on the database server's disk",
};

const remedyDefault =
  "mend the database (`orders up` creates missing tables; permissions; disk space)";

/** The failure that ends a consumer because waiting does not help. Nothing is lost: the offsets stay. */
export function mustBeMended(cause: Error): Failure {
  const pooler = poolerRefusal(cause);
  if (pooler !== undefined) return new Failure("environment", pooler, { cause });
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  const remedy = remedyOf[code] ?? remedyOf[code.slice(0, 2)] ?? remedyDefault;
  return new Failure(
    "environment",
    {
      what: `PostgreSQL refuses the reservation: ${cause.message}`,
      meaning: "it will not pass by itself; the orders wait in Kafka, none is lost",
      remedy: `${remedy}, then start the consumer again`,
    },
    { cause },
  );
}

/** The same refusal met orders that have nothing in common: the tables are at fault, not the orders. */
export function refusesEveryOrder(cause: Error): Failure {
  return new Failure(
    "environment",
    {
      what: `PostgreSQL refuses every order: ${cause.message}`,
      meaning:
        "orders that have nothing in common with the refused one are refused, too, so none was made a dead letter; they wait in Kafka, none is lost",
      remedy:
        "look for constraints and triggers that were added by hand (`orders db query 'SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint'`, pg_trigger), mend them, then start the consumer again",
    },
    { cause },
  );
}
