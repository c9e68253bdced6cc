import { isIPv6 } from "node:net";
import { resolve } from "node:path";
import { hostInUrl, isHostName, isPort } from "./broker-list.ts";
import type { Checked } from "./checked.ts";

/**
 * How the connection is encrypted, as libpq means it. `allow` and `prefer` are left out: they leave
 * it to whoever answers, so nobody can rely on them.
 */
export const sslModes = ["disable", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof sslModes)[number];

/** A database's URL, read once; whatever connects or shows an address goes by this. */
export interface DatabaseAddress {
  /** A name, an IP address, or the directory of a Unix socket (begins with a slash). */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** undefined: no encryption. */
  readonly sslMode: SslMode | undefined;
  /** Paths of PEM files. */
  readonly sslRootCert: string | undefined;
  readonly sslCert: string | undefined;
  readonly sslKey: string | undefined;
  /** What the server is told at login: `-c name=value …`. */
  readonly options: string | undefined;
}

/** In the place of a file, as libpq has it: the public authorities, which is the default here. */
export const systemAuthorities = "system";

/** The parameters that may stand behind the question mark; every other would silently do nothing. */
const parameters = [
  ...["host", "port", "user", "password", "dbname"],
  ...["sslmode", "sslrootcert", "sslcert", "sslkey", "options", "application_name"],
];

const form = "a URL like postgresql://user:password@host:5432/name";
const encoded =
  "with # ? @ / % and spaces of user and password written as %23 %3F %40 %2F %25 and %20 (or give DB_HOST, DB_USER, DB_PASSWORD and DB_NAME, which need none of that)";

/**
 * Pure. Stricter than a URL parser, since a password with a bare # ? @ / or % moves the borders of
 * all parts: what a lenient one takes for the host is then the rest of the password. So nothing of
 * the text is ever repeated in what was expected.
 */
export function parseDatabaseUrl(text: string): Checked<DatabaseAddress> {
  const [, rest] = /^(?:postgres|postgresql):\/\/(.*)$/su.exec(text.trim()) ?? [];
  if (rest === undefined) return { expected: form };
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (/[\s\u0000-\u001f\u007f#\\]/u.test(rest)) return { expected: `${form}, ${encoded}` };
  const [, authority = "", path = "", query = ""] =
    /^([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/su.exec(rest) ?? [];
  if (/@/.test(path) || /@/.test(query) || (authority.match(/@/g) ?? []).length > 1)
    return { expected: `${form}, ${encoded}` };
  try {
    return parseParts(authority, path, query);
  } catch {
    // decodeURIComponent: a % that begins no encoded character.
    return { expected: `${form}, ${encoded}` };
  }
}

function parseParts(authority: string, path: string, query: string): Checked<DatabaseAddress> {
  const given = new Map<string, string>();
  for (const pair of query.split("&").filter(Boolean)) {
    const [name = "", ...value] = pair.split("=");
    const key = decodeURIComponent(name);
    if (!parameters.includes(key)) {
      return { expected: `${form} with no other parameters than ${parameters.join(", ")}` };
    }
    // As form encoding has it, which is how programs write options with their spaces.
    const text = key === "options" ? value.join("=").replaceAll("+", "%20") : value.join("=");
    given.set(key, decodeURIComponent(text));
  }
  const [place = "", login = ""] = authority.split("@").reverse();
  const [user, ...password] = login.split(":");
  if (place.includes(",") || given.get("host")?.includes(",")) {
    return {
      expected: `${form}: one host, not several; name the primary, or a proxy that follows it`,
    };
  }
  const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d*))?$/.exec(place) ?? [];
  if (bracketed === undefined && name === undefined) return { expected: form };
  if (bracketed !== undefined && !isIPv6(bracketed)) return { expected: form };
  return checkParts({
    host: (bracketed ?? decodeURIComponent(name ?? "")) || given.get("host") || "localhost",
    port: port || given.get("port") || "5432",
    database: decodeURIComponent(path) || given.get("dbname"),
    user: decodeURIComponent(user ?? "") || given.get("user"),
    password: decodeURIComponent(password.join(":")) || given.get("password"),
    sslMode: given.get("sslmode"),
    sslRootCert: given.get("sslrootcert"),
    sslCert: given.get("sslcert"),
    sslKey: given.get("sslkey"),
    options: given.get("options"),
  });
}

type Part = string | undefined;

function checkParts(parts: {
  readonly host: string;
  readonly port: string;
  readonly database: Part;
  readonly user: Part;
  readonly password: Part;
  readonly sslMode: Part;
  readonly sslRootCert: Part;
  readonly sslCert: Part;
  readonly sslKey: Part;
  readonly options: Part;
}): Checked<DatabaseAddress> {
  const { host, port, sslMode, sslRootCert, sslCert, sslKey } = parts;
  if (!isDatabaseHost(host)) return { expected: form };
  if (!isPort(port)) return { expected: `${form}, with a port from 1 to 65535` };
  if (parts.database?.includes("/")) return { expected: `${form}, ${encoded}` };
  const database = parts.database || parts.user;
  if (database === undefined) return { expected: `${form}, with the name of a database` };
  if (sslMode !== undefined && !isSslMode(sslMode)) return { expected: sslModeForm };
  if (sslMode === "disable" && (sslRootCert ?? sslCert ?? sslKey) !== undefined)
    return { expected: `${form}; its certificates contradict its sslmode=disable` };
  if (sslMode === "verify-ca" && (sslRootCert === undefined || sslRootCert === systemAuthorities)) {
    return { expected: `${form}; sslmode=verify-ca needs sslrootcert, the authority to trust` };
  }
  if (sslMode === "require" && sslRootCert === systemAuthorities)
    return { expected: `${form}; sslrootcert=system needs sslmode=verify-full` };
  if ((sslCert === undefined) !== (sslKey === undefined))
    return { expected: `${form} with both sslcert and sslkey, or neither` };
  return {
    value: {
      ...parts,
      port: Number(port),
      database,
      // An authority that nobody asks would be a false comfort.
      sslMode:
        sslMode ?? (sslRootCert === undefined && sslCert === undefined ? undefined : "verify-full"),
    },
  };
}

const sslModeForm = `an address whose sslmode is one of ${sslModes.join(", ")}: allow and prefer would leave it to whoever answers whether anything is encrypted`;

export function isSslMode(text: string): text is SslMode {
  return sslModes.some((mode) => mode === text);
}

/** A name, an IP address without brackets, or the directory of a Unix socket. */
export function isDatabaseHost(text: string): boolean {
  return text.startsWith("/") || isHostName(text) || isIPv6(text);
}

/** Pure: the same address as a URL, which every client of PostgreSQL reads alike. */
export function formatDatabaseUrl(address: DatabaseAddress): string {
  const { host, port, database, user, password, sslMode } = address;
  const login =
    user === undefined
      ? ""
      : `${encodeURIComponent(user)}${password === undefined ? "" : `:${encodeURIComponent(password)}`}@`;
  const place = host.startsWith("/") ? encodeURIComponent(host) : hostInUrl(host);
  const query = [
    ...(user === undefined && password !== undefined ? [["password", password] as const] : []),
    ["sslmode", sslMode],
    ["sslrootcert", address.sslRootCert],
    ["sslcert", address.sslCert],
    ["sslkey", address.sslKey],
    ["options", address.options],
  ] as const;
  const text = query
    .flatMap(([name, value]) =>
      value === undefined ? [] : [`${name}=${encodeURIComponent(value)}`],
    )
    .join("&");
  return `postgresql://${login}${place}:${port}/${encodeURIComponent(database)}${text && `?${text}`}`;
}

/** Pure: the same address with the paths of certificates made absolute; unchanged where they are. */
export function withAbsoluteFiles(databaseUrl: string, directory: string): string {
  const parsed = parseDatabaseUrl(databaseUrl);
  if ("expected" in parsed) return databaseUrl;
  const { value } = parsed;
  const absolute = (path: string | undefined) =>
    path === undefined || path === systemAuthorities ? path : resolve(directory, path);
  const sslRootCert = absolute(value.sslRootCert);
  const sslCert = absolute(value.sslCert);
  const sslKey = absolute(value.sslKey);
  if (sslRootCert === value.sslRootCert && sslCert === value.sslCert && sslKey === value.sslKey)
    return databaseUrl;
  return formatDatabaseUrl({ ...value, sslRootCert, sslCert, sslKey });
}

/** @returns `host:port/name`, or the socket's directory and the name; without user and password. */
export function databaseAddress(databaseUrl: string | undefined): string {
  if (databaseUrl === undefined) return "(no address)";
  const parsed = parseDatabaseUrl(databaseUrl);
  if ("expected" in parsed) return "the given address";
  const { host, port, database } = parsed.value;
  return `${host.startsWith("/") ? `the socket ${host}/.s.PGSQL.${port}, database ` : `${hostInUrl(host)}:${port}/`}${database}`;
}
