import type { Database } from "../../ports/database.ts";

/** @param name as `createDatabase` takes it. Whoever is still connected is thrown out. */
export async function dropDatabase(admin: Database, name: string): Promise<void> {
  await admin.query({ text: `DROP DATABASE ${name} WITH (FORCE)` });
}
