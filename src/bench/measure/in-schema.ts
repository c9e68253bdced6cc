import { Failure } from "../../failure/failure.ts";
import { formatDatabaseUrl, parseDatabaseUrl } from "../../runtime/settings/database-address.ts";

/**
 * Pure: the same database, with every unqualified name meaning a table of `schema` and nothing else:
 * `public` is not on the path. As part of the URL it reaches every process that is given the URL.
 */
export function inSchema(databaseUrl: string, schema: string): string {
  const parsed = parseDatabaseUrl(databaseUrl);
  if ("expected" in parsed) {
    throw new Failure("usage", {
      what: "the database's address is not a URL",
      meaning: "the bench must add its own schema to it",
      remedy: `give --database-url as ${parsed.expected}`,
    });
  }
  const { options } = parsed.value;
  const path = `-c search_path=${schema}`;
  return formatDatabaseUrl({
    ...parsed.value,
    options: options === undefined ? path : `${options} ${path}`,
  });
}
