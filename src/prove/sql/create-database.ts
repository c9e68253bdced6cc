import type { Database } from "../../ports/database.ts";

/**
 * @param name of small letters, digits and `_` alone: PostgreSQL takes no parameter there.
 * @param template nobody may be connected to it; left out, the server's own.
 */
export async function createDatabase(
  admin: Database,
  name: string,
  template?: string,
): Promise<void> {
  const like = template === undefined ? "" : ` TEMPLATE ${template}`;
  await admin.query({ text: `CREATE DATABASE ${name}${like}` });
}
