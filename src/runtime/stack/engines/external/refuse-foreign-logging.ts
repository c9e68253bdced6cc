import { Failure } from "../../../../failure/failure.ts";
import type { EngineName } from "../engine.ts";

/**
 * What a server logs is its owner's business: others share it, and its disk.
 * @throws Failure("usage")
 */
export function refuseForeignLogging(engine: EngineName, logStatements: boolean | undefined): void {
  if (engine !== "external" || logStatements === undefined) return;
  throw new Failure("usage", {
    what: "--log-statements is for the PostgreSQL of a stack that `orders up` started",
    meaning: "it changes a setting of the whole server, and this one was there before",
    remedy:
      "leave the flag out, or set log_statement there: ALTER SYSTEM SET log_statement = 'all'; SELECT pg_reload_conf()",
  });
}
