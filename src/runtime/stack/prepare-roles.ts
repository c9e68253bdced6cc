import type { Database } from "../../ports/database.ts";
import { grantStatements, setGrants } from "../postgres/privileges/needed-privileges.ts";
import { scramVerifier } from "../postgres/privileges/scram-verifier.ts";
import type { TableSet } from "./services/needs.ts";
import { type StackRole, type StackRoles, stackRoleNames } from "./stack-roles.ts";

/**
 * The users of a stack's own database, with what they need and no more: also of one that an earlier
 * version made. Repeating it changes nothing but what somebody took away.
 * @param sets tables beside the pipeline's that are there.
 */
export async function prepareRoles(
  database: Database,
  passwords: StackRoles,
  names: Readonly<Record<StackRole, string>> = stackRoleNames,
  sets: readonly TableSet[] = [],
): Promise<void> {
  await database.transaction(async (tx) => {
    for (const role of ["application", "reader"] as const) {
      await tx.query({ text: created(names[role]) });
      await tx.query({ text: restricted(names[role], scramVerifier(passwords[role])) });
      const kind = role === "application" ? "consumer" : "reader";
      // With a shop, consumers follow it.
      const does = kind === "consumer" && sets.includes("shop") ? "shop-consumer" : kind;
      for (const text of grantStatements(does, { role: names[role], schema: "public" }))
        await tx.query({ text });
      for (const set of sets) {
        for (const text of setGrants(kind, { role: names[role], set })) await tx.query({ text });
      }
    }
    await tx.query({ text: readingAll(names.reader) });
  });
}

function created(role: string): string {
  return `DO $$ BEGIN IF to_regrole('${role}') IS NULL THEN CREATE ROLE ${role}; END IF; END $$`;
}

function restricted(role: string, verifier: string): string {
  return `ALTER ROLE ${role} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD '${verifier}'`;
}

/** Also tables of a later version, and what a person adds. */
function readingAll(role: string): string {
  return `
    GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role};
    ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO ${role};
    ALTER ROLE ${role} SET default_transaction_read_only = on`;
}
