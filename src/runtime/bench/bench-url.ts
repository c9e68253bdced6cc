import { Failure } from "../../failure/failure.ts";

/**
 * Pure: the same database, with every unqualified name meaning a table of `schema` and nothing else:
 * `public` is not on the path. As part of the URL it reaches every process that is given the URL.
 */
export function inSchema(databaseUrl: string, schema: string): string {
  let url: URL;
  try {
    url = new URL(databaseUrl);
  } catch {
    throw new Failure("usage", {
      what: "the database's address is not a URL",
      meaning: "the bench must add its own schema to it",
      remedy: "give --database-url as postgresql://user@host:port/name",
    });
  }
  const given = url.searchParams.get("options");
  const path = `-c search_path=${schema}`;
  url.searchParams.set("options", given === null ? path : `${given} ${path}`);
  return url.href;
}
