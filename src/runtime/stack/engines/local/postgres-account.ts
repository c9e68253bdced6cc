import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Failure } from "../../../../failure/failure.ts";
import { cacheDirectory } from "../../stack-paths.ts";

/** The account that PostgreSQL runs under, when it is not our own. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/** Where root keeps what another account must reach. */
export const rootPlace = "/var/lib/orders";

/**
 * PostgreSQL refuses to run as root: then it runs as `postgres` where that user exists, else as
 * `nobody`. initdb looks its user up by name, so the account must be one that the system knows.
 * @returns undefined when we are not root.
 */
export function postgresAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = parseAccounts(readAccounts());
  const account =
    accounts.find(({ name }) => name === "postgres") ??
    accounts.find(({ name }) => name === "nobody");
  if (account !== undefined) return account;
  throw new Failure("environment", {
    what: "PostgreSQL refuses to run as root, and there is neither a user postgres nor nobody",
    meaning: "the local engine has no account to run PostgreSQL under",
    remedy: "run orders as an ordinary user, or add one: useradd --system postgres",
  });
}

/** Pure: name, uid and gid of /etc/passwd's lines; root left out. */
export function parseAccounts(passwd: string): readonly Account[] {
  return passwd
    .split("\n")
    .map((line) => line.split(":"))
    .map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid, gid }) => name !== "" && uid > 0 && gid > 0);
}

function readAccounts(): string {
  try {
    return readFileSync("/etc/passwd", "utf8");
  } catch {
    return "";
  }
}

/**
 * Where a stack's PostgreSQL keeps its data: in the stack's directory, or, since another account
 * cannot enter that (0700), in /var/lib/orders. The name tells stacks of different homes apart.
 */
export function postgresPlace(stackDirectory: string, account: Account | undefined): string {
  return account === undefined
    ? join(stackDirectory, "engine", "postgres")
    : placeOutside(stackDirectory);
}

function placeOutside(stackDirectory: string): string {
  const hash = createHash("sha256").update(stackDirectory).digest("hex").slice(0, 8);
  return join(rootPlace, "stacks", `${basename(stackDirectory)}-${hash}`);
}

/**
 * Whether a recorded place is one that this stack would have made, as whichever user: a record that
 * was copied from another stack, or changed by hand, must not have that one's data removed.
 */
export function isPlaceOf(stackDirectory: string, place: string): boolean {
  const own = [postgresPlace(stackDirectory, undefined), placeOutside(stackDirectory)];
  return own.includes(place);
}

/** Where the binaries are kept: the cache, if the account can read it there. */
export function binariesPlace(account: Account | undefined): string {
  const cache = cacheDirectory();
  return account === undefined || canEnter(cache, account) ? cache : join(rootPlace, "cache");
}

/** Whether every directory from the root down to `path` (those that exist) may be entered. */
export function canEnter(path: string, account: Account): boolean {
  const parent = dirname(path);
  if (parent !== path && !canEnter(parent, account)) return false;
  try {
    const { mode, uid, gid } = statSync(path);
    if (uid === account.uid) return (mode & 0o100) !== 0;
    if (gid === account.gid) return (mode & 0o010) !== 0;
    return (mode & 0o001) !== 0;
  } catch {
    return true;
  }
}
