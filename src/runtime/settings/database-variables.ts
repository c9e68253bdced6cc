import { Failure } from "../../failure/failure.ts";
import { isPort } from "./broker-list.ts";
import {
  formatDatabaseUrl,
  isDatabaseHost,
  isSslMode,
  parseDatabaseUrl,
  type SslMode,
  sslModes,
} from "./database-address.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Pure. The reference system's DB_* variables, as a URL. Only when DB_HOST says where.
 * @throws Failure("usage") that names the variable.
 */
export function databaseUrlFromParts(environment: Environment): string | undefined {
  const { DB_HOST: host, DB_PORT: port = "" } = environment;
  if (!host) return undefined;
  if (/,/.test(host)) {
    refuse("DB_HOST", "one host, not several: name the primary, or a proxy that follows it");
  }
  if (!isDatabaseHost(host))
    refuse("DB_HOST", "a host name, an IP address, or the directory of a Unix socket");
  if (port !== "" && !isPort(port)) refuse("DB_PORT", "a port from 1 to 65535");
  const sslRootCert = environment.DB_SSLROOTCERT || undefined;
  const sslMode = sslModeOf("DB_SSLMODE", environment.DB_SSLMODE);
  if (sslMode === "disable" && sslRootCert !== undefined)
    refuse("DB_SSLROOTCERT", "left out with DB_SSLMODE=disable, which encrypts nothing");
  if (sslMode === "verify-ca" && sslRootCert === undefined)
    refuse("DB_SSLMODE", "verify-ca together with DB_SSLROOTCERT, the authority to trust");
  return formatDatabaseUrl({
    host,
    port: Number(port || "5432"),
    database: environment.DB_NAME || "orders",
    user: environment.DB_USER || "postgres",
    password: environment.DB_PASSWORD || undefined,
    sslMode,
    sslRootCert,
    sslCert: undefined,
    sslKey: undefined,
    options: undefined,
  });
}

/**
 * Pure. For an address that a person gave, libpq's variables fill in what it leaves open about the
 * login and the encryption, and nothing else (PGHOST, PGOPTIONS, PGSERVICE … have no say). The
 * address of a stack that we started says all that itself, so that none of them reaches it.
 * @param databaseUrl checked before.
 * @returns the same text where nothing is to be filled in.
 * @throws Failure("usage") for a PGSSLMODE that is none.
 */
export function completeDatabaseUrl(databaseUrl: string, environment: Environment): string {
  const parsed = parseDatabaseUrl(databaseUrl);
  if ("expected" in parsed) return databaseUrl;
  const given = parsed.value;
  const user = given.user ?? (environment.PGUSER || undefined);
  const password = given.password ?? (environment.PGPASSWORD || undefined);
  const sslMode = given.sslMode ?? sslModeOf("PGSSLMODE", environment.PGSSLMODE);
  const isEncrypted = sslMode !== undefined && sslMode !== "disable";
  const file = (path: string | undefined, name: string) =>
    path ?? (isEncrypted ? environment[name] || undefined : undefined);
  const sslRootCert = file(given.sslRootCert, "PGSSLROOTCERT");
  const own = given.sslCert !== undefined || !environment.PGSSLCERT || !environment.PGSSLKEY;
  const sslCert = own ? given.sslCert : file(undefined, "PGSSLCERT");
  const sslKey = own ? given.sslKey : file(undefined, "PGSSLKEY");
  if (sslMode === "verify-ca" && sslRootCert === undefined)
    refuse("PGSSLMODE", "verify-ca together with PGSSLROOTCERT, the authority to trust");
  const completed = { ...given, user, password, sslMode, sslRootCert, sslCert, sslKey };
  const isChanged = (Object.keys(completed) as (keyof typeof completed)[]).some(
    (key) => completed[key] !== given[key],
  );
  return isChanged ? formatDatabaseUrl(completed) : databaseUrl;
}

/** libpq's default, `prefer`, counts as left open: it neither asks for encryption nor against it. */
function sslModeOf(variable: string, text: string | undefined): SslMode | undefined {
  if (!text || (variable === "PGSSLMODE" && ["allow", "prefer"].includes(text))) return undefined;
  if (isSslMode(text)) return text;
  return refuse(
    variable,
    `one of ${sslModes.join(", ")} (allow and prefer would leave it to whoever answers whether anything is encrypted)`,
  );
}

function refuse(variable: string, expected: string): never {
  throw new Failure("usage", {
    what: `${variable} must be ${expected}`,
    remedy: "correct it, or unset it and give the whole address in DATABASE_URL",
  });
}
