import { userInfo } from "node:os";
import type { ConnectionOptions } from "node:tls";
import { Failure } from "../../failure/failure.ts";
import { readCertificates, readPemFile } from "../settings/certificate-files.ts";
import {
  type DatabaseAddress,
  parseDatabaseUrl,
  systemAuthorities,
} from "../settings/database-address.ts";

/**
 * Where and as whom to connect, and how encrypted. Every part is set, or pg would look for it in the
 * shell's PGHOST, PGOPTIONS, PGSSLMODE …: what those have a say in is settled with the settings.
 * @throws Failure("usage") when the address cannot be used.
 */
export function loginOptions(databaseUrl: string) {
  const parsed = parseDatabaseUrl(databaseUrl);
  if ("expected" in parsed) {
    throw new Failure("usage", {
      what: `the database's address must be ${parsed.expected}`,
      remedy: "correct --database-url or DATABASE_URL",
    });
  }
  const address = parsed.value;
  return {
    host: address.host,
    port: address.port,
    user: address.user ?? ownName(),
    // Without one pg looks into ~/.pgpass; the function keeps it from PGPASSWORD.
    ...(address.password === undefined ? {} : { password: address.password }),
    database: address.database,
    ssl: sslOptions(address),
    sslnegotiation: "postgres" as const,
    // A text that says nothing, since pg takes an empty one for none and looks into PGOPTIONS.
    options: address.options ?? " ",
    client_encoding: "UTF8",
  };
}

function sslOptions(address: DatabaseAddress): ConnectionOptions | false {
  const { sslMode, sslRootCert, sslCert, sslKey } = address;
  if (sslMode === undefined || sslMode === "disable") return false;
  const ca =
    sslRootCert === undefined || sslRootCert === systemAuthorities
      ? {}
      : { ca: readCertificates(sslRootCert, "sslrootcert") };
  const own =
    sslCert === undefined || sslKey === undefined
      ? {}
      : { cert: readCertificates(sslCert, "sslcert"), key: readPemFile(sslKey, "sslkey") };
  // As libpq does: `require` with an authority checks it, `verify-full` alone looks at the name.
  const isChecked = sslMode !== "require" || sslRootCert !== undefined;
  return {
    ...ca,
    ...own,
    rejectUnauthorized: isChecked,
    ...(sslMode === "verify-full" ? {} : { checkServerIdentity: () => undefined }),
  };
}

function ownName(): string {
  try {
    return userInfo().username;
  } catch {
    // The account has no name on this machine, as in many containers.
    throw new Failure("usage", {
      what: "the database's address names no user, and neither does this machine",
      remedy: "write it into DATABASE_URL: postgresql://user:password@host:5432/name",
    });
  }
}
