import { Failure } from "../../failure/failure.ts";
import { parseDatabaseUrl } from "../settings/database-address.ts";
import { type SettingKey, settingSpecs } from "../settings/settings.ts";
import { stackSettings } from "./stack-settings.ts";

/**
 * Lines for a shell to eval: where the stack is, in our variables and in the reference system's.
 * Holds the password: it is what the caller asks for.
 * @throws Failure("environment") when no such stack is up.
 */
export function stackEnvironment(stack: string): string {
  const settings = stackSettings(stack);
  if (settings === undefined) {
    throw new Failure("environment", {
      what: `no stack named ${stack} is up`,
      remedy: `run \`orders up --stack ${stack}\``,
    });
  }
  const variables = new Map<string, string>();
  // How this one was made is no wish for the next one that the shell makes.
  const { kafkaAuth: _, ...places } = settings;
  for (const [key, value] of Object.entries(places)) {
    variables.set(settingSpecs[key as SettingKey].env, value);
  }
  for (const [name, value] of databaseParts(settings.databaseUrl)) variables.set(name, value);
  return [...variables].map(([name, value]) => `export ${name}=${quoted(value)}`).join("\n");
}

/** The reference system's consumer reads these. */
function databaseParts(databaseUrl: string | undefined): readonly (readonly [string, string])[] {
  if (databaseUrl === undefined) return [];
  const parsed = parseDatabaseUrl(databaseUrl);
  if ("expected" in parsed) return [];
  const { host, port, user, password, database, sslMode, sslRootCert } = parsed.value;
  const parts = [
    ["DB_HOST", host],
    ["DB_PORT", String(port)],
    ["DB_USER", user ?? ""],
    ["DB_PASSWORD", password ?? ""],
    ["DB_NAME", database],
    ["DB_SSLMODE", sslMode ?? "disable"],
    ["DB_SSLROOTCERT", sslRootCert ?? ""],
  ] as const;
  return parts.filter(([, value]) => value !== "");
}

/** Pure: one word for every POSIX shell. */
export function quoted(value: string): string {
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
}
