import pg from "pg";
import { describe, expect, it } from "vitest";
import { Failure } from "../../../../src/failure/failure.ts";
import {
  explainDatabaseError,
  isDatabaseRefusal,
} from "../../../../src/runtime/postgres/database-failure.ts";
import { databaseAddress } from "../../../../src/runtime/settings/database-address.ts";

const url = "postgresql://app:s3cret@db.example:5433/shop";

function serverError(code: string, message = "said so"): pg.DatabaseError {
  const error = new pg.DatabaseError(message, 0, "error");
  error.code = code;
  return error;
}

describe("explainDatabaseError", () => {
  it.each([
    ["login refused", serverError("28P01")],
    ["no rights", serverError("42501")],
    ["read-only", serverError("25006")],
    ["transaction timeout", serverError("25P04")],
    ["a trigger's own error", serverError("P0001")],
    ["a constraint", serverError("23514")],
    ["disk full", serverError("53100")],
    ["deadlock", serverError("40P01")],
    ["another version's tables", serverError("42703")],
    ["a pooler's prepared statements", serverError("26000")],
    ["not UTF8", serverError("22P05")],
    ["damaged", serverError("XX001")],
    ["a code of tomorrow", serverError("57Z99")],
    [
      "no password",
      new Error("SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string"),
    ],
    ["no answer about TLS", new Error("There was an error establishing an SSL connection")],
    ["no TLS", new Error("The server does not support SSL connections")],
    ["another protocol", new Error("Unknown message")],
    ["no such database", serverError("3D000")],
    ["no connection left", serverError("53300")],
    ["starting up", serverError("57P03")],
    ["no tables", serverError("42P01")],
    ["lock not free", serverError("55P03")],
    ["statement timeout", serverError("57014")],
    ["read-only", serverError("25006")],
    ["not granted", serverError("42501")],
    ["another version's tables", serverError("42883")],
    ["disk full", serverError("53100")],
    ["a constraint made by hand", serverError("23514")],
    ["a trigger with a code of its own", serverError("MINE1")],
    ["not to be stored in its encoding", serverError("22P05")],
    ["a transaction that took too long", serverError("25P04")],
    ["a later version's code", serverError("57XYZ")],
    ["refused", Object.assign(new Error("connect"), { code: "ECONNREFUSED" })],
    [
      "every address refused",
      new AggregateError([Object.assign(new Error("connect"), { code: "ECONNREFUSED" })]),
    ],
    ["cut", new Error("Connection terminated unexpectedly")],
    ["silent", new Error("timeout expired")],
  ])("says what is wrong with the environment, without the password: %s", (_, error) => {
    const failure = explainDatabaseError(error, url) as Failure;
    expect(failure).toBeInstanceOf(Failure);
    expect(failure.kind).toBe("environment");
    expect(failure.remedy).toBeTruthy();
    expect(`${failure.message} ${failure.meaning} ${failure.remedy}`).not.toContain("s3cret");
    expect(failure.message).toContain("db.example:5433/shop");
  });

  it("leaves alone what is not about the environment", () => {
    for (const code of ["42601", "42804", "22P02"]) {
      const statement = serverError(code);
      expect(explainDatabaseError(statement, url)).toBe(statement);
    }
    const bug = new TypeError("x is not a function");
    expect(explainDatabaseError(bug, url)).toBe(bug);
  });
});

describe("what to do about it", () => {
  const coded = (code: string, message = code) => Object.assign(new Error(message), { code });
  it.each([
    [
      serverError("28000", 'no pg_hba.conf entry for host "10.0.0.1", user "app", no encryption'),
      /refuses connections that are not encrypted/,
      /sslmode=verify-full/,
    ],
    [
      serverError("28000", 'no pg_hba.conf entry for host "10.0.0.1", user "app", SSL encryption'),
      /lets nobody in/,
      /pg_hba/,
    ],
    [serverError("28P01"), /refused the login/, /password/],
    [
      serverError("08P01", "unsupported startup parameter: lock_timeout"),
      /connection pooler/,
      /ignore_startup_parameters/,
    ],
    [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), /not signed by an authority/, /sslrootcert/],
    [coded("SELF_SIGNED_CERT_IN_CHAIN"), /not signed by an authority/, /sslrootcert/],
    [coded("CERT_HAS_EXPIRED"), /not valid today/, /renew/],
    [coded("ERR_TLS_CERT_ALTNAME_INVALID"), /another host/, /the name/],
    [coded("ERR_SSL_WRONG_VERSION_NUMBER", "wrong version number"), /does not speak TLS/, /port/],
  ])("%s", (error, what, remedy) => {
    const failure = explainDatabaseError(error, url) as Failure;
    expect(failure.message).toMatch(what);
    expect(failure.remedy).toMatch(remedy);
    expect(isDatabaseRefusal(error)).toBe(true);
  });

  it("tells a socket that is missing from a host that is away", () => {
    const missing = Object.assign(new Error("connect ENOENT"), {
      code: "ENOENT",
      syscall: "connect",
    });
    const failure = explainDatabaseError(
      missing,
      "postgresql://u:s3cret@%2Frun%2Fpg/db",
    ) as Failure;
    expect(failure.message).toBe(
      "PostgreSQL at the socket /run/pg/.s.PGSQL.5432, database db cannot be reached: there is no such socket",
    );
    expect(isDatabaseRefusal(missing)).toBe(false);
    expect(isDatabaseRefusal(serverError("57P03"))).toBe(false);
  });
});

describe("databaseAddress", () => {
  it.each([
    [url, "db.example:5433/shop"],
    ["postgresql://u:p@h/db", "h:5432/db"],
    ["host=h password=p", "the given address"],
    [undefined, "(no address)"],
  ])("%s", (given, expected) => {
    expect(databaseAddress(given)).toBe(expected);
  });
});
