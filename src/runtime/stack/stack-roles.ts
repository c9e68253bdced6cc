import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { stackDirectory } from "./stack-paths.ts";
import { lastStackSettings } from "./stack-settings.ts";
import { readJson, writeJsonAtomic } from "./state-file.ts";

/**
 * Users of a stack's own database besides its owner, who is PostgreSQL's superuser and migrates: the
 * consumers' one may only what they write, the reader's only read.
 */
export const stackRoleNames = {
  application: "orders_application",
  reader: "orders_reader",
} as const;
export type StackRole = keyof typeof stackRoleNames;

/** Their passwords, beside the stack's record: engine/roles.json, 0600. */
export type StackRoles = Readonly<Record<StackRole, string>>;

/** Passwords of before, or new ones, written down before the database is told. */
export function ensureStackRoles(directory: string): StackRoles {
  const known = readJson<Partial<StackRoles>>(rolesPath(directory));
  const password = () => randomBytes(24).toString("hex");
  const roles = {
    application: known?.application ?? password(),
    reader: known?.reader ?? password(),
  };
  mkdirSync(dirname(rolesPath(directory)), { recursive: true, mode: 0o700 });
  writeJsonAtomic(rolesPath(directory), roles);
  return roles;
}

/** Pure: the same database for another user. */
export function urlAs(databaseUrl: string, role: StackRole, roles: StackRoles): string {
  const url = new URL(databaseUrl);
  url.username = stackRoleNames[role];
  url.password = roles[role];
  return url.href;
}

/**
 * The database's URL for one who needs no more than `role` may: where it is the URL of a stack that
 * `orders up` made, for whichever of its users. Any other is used as it was given.
 */
export function databaseUrlFor<T extends string | undefined>(databaseUrl: T, role: StackRole): T {
  if (databaseUrl === undefined) return databaseUrl;
  for (const stack of stackNames()) {
    const owner = lastStackSettings(stack)?.databaseUrl;
    const roles = readJson<StackRoles>(rolesPath(stackDirectory(stack)));
    if (owner === undefined || roles?.application === undefined || roles.reader === undefined)
      continue;
    const known = [owner, urlAs(owner, "application", roles), urlAs(owner, "reader", roles)];
    if (known.some((url) => sameDatabase(url, databaseUrl)))
      return urlAs(databaseUrl, role, roles) as T;
  }
  return databaseUrl;
}

/** As a URL and as what DB_* variables are put together to. */
function sameDatabase(a: string, b: string): boolean {
  const parts = (text: string) => {
    const { username, password, hostname, port, pathname } = new URL(text);
    return [username, password, hostname, port || "5432", pathname].join("\n");
  };
  try {
    return parts(a) === parts(b);
  } catch {
    return false;
  }
}

function stackNames(): readonly string[] {
  try {
    return readdirSync(dirname(stackDirectory("default")));
  } catch {
    return [];
  }
}

function rolesPath(directory: string): string {
  return join(directory, "engine", "roles.json");
}
