import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type DatabaseAddress,
  databaseAddress,
  formatDatabaseUrl,
  parseDatabaseUrl,
  sslModes,
} from "../../../../src/runtime/settings/database-address.ts";
import { resolveSettings } from "../../../../src/runtime/settings/resolve-settings.ts";

const plain = {
  host: "h",
  port: 5432,
  database: "db",
  user: undefined,
  password: undefined,
  sslMode: undefined,
  sslRootCert: undefined,
  sslCert: undefined,
  sslKey: undefined,
  options: undefined,
} satisfies DatabaseAddress;

describe("parseDatabaseUrl", () => {
  it.each<[string, Partial<DatabaseAddress>]>([
    ["postgresql://h/db", {}],
    [" postgres://u:p@h:1/db ", { user: "u", password: "p", port: 1 }],
    ["postgresql://u:p%23%3F%40%2F%25%20:x@h/db", { user: "u", password: "p#?@/% :x" }],
    ["postgresql://u@[::1]:5433/db", { user: "u", host: "::1", port: 5433 }],
    ["postgresql://h/db?user=u&password=p", { user: "u", password: "p" }],
    ["postgresql://u@h", { user: "u", database: "u" }],
    ["postgresql:///db?host=/run/pg&port=6", { host: "/run/pg", port: 6 }],
    ["postgresql://u@%2Frun%2Fpg/db", { user: "u", host: "/run/pg" }],
    ["postgresql:///db", { host: "localhost" }],
    ["postgresql://h/db?sslmode=require", { sslMode: "require" }],
    ["postgresql://h/db?sslrootcert=/ca.pem", { sslMode: "verify-full", sslRootCert: "/ca.pem" }],
    ["postgresql://h/db?options=-csearch_path%3Da+-cb%3Dc", { options: "-csearch_path=a -cb=c" }],
  ])("reads %s", (text, parts) => {
    expect(parseDatabaseUrl(text)).toEqual({ value: { ...plain, ...parts } });
  });

  it.each([
    "notaurl",
    "",
    "host=h password=s3cret",
    "mysql://u:s3cret@h/db",
    "http://u:s3cret@h/db",
    "postgresql://",
    "postgresql://h",
    "postgresql://u:s3cret",
    "postgresql://u:a#s3cret@h/db",
    "postgresql://u:a?s3cret@h/db",
    "postgresql://u:a/s3cret@h/db",
    "postgresql://u:a@s3cret@h/db",
    "postgresql://u:a%s3cret@h/db",
    "postgresql://u:a s3cret@h/db",
    "postgresql://u:a\\s3cret@h/db",
    "postgresql://u:s3cret@h:0/db",
    "postgresql://u:s3cret@h:65536/db",
    "postgresql://u:s3cret@h:x/db",
    "postgresql://u:s3cret@a:1,b:2/db",
    "postgresql://u:s3cret@a,b/db",
    "postgresql:///db?host=a,b&password=s3cret",
    "postgresql://u:s3cret@::1/db",
    "postgresql://u:s3cret@[::g]/db",
    "postgresql://u:s3cret@h/a/b",
    "postgresql://u:s3cret@h/db?sslmode=bogus",
    "postgresql://u:s3cret@h/db?sslmode=prefer",
    "postgresql://u:s3cret@h/db?sslmode=verify-ca",
    "postgresql://u:s3cret@h/db?sslmode=disable&sslrootcert=/ca.pem",
    "postgresql://u:s3cret@h/db?sslcert=/c.pem",
    "postgresql://u:s3cret@h/db?schema=public",
    "postgresql://u:s3cret@h/db?s3cret",
  ])("refuses %j, shows the right form, and repeats nothing of it", (text) => {
    const read = parseDatabaseUrl(text);
    expect(read).toEqual({ expected: expect.stringMatching(/postgresql:\/\/|sslmode/) });
    expect(JSON.stringify(read)).not.toContain("s3cret");
    expect(databaseAddress(text)).toBe("the given address");
    expect(() => resolveSettings({ flags: { databaseUrl: text } })).toThrow(
      /^--database-url must be (?!.*s3cret)/,
    );
  });

  const text = fc.string({ minLength: 1, unit: "grapheme" }).filter((one) => !one.includes("\0"));
  const address: fc.Arbitrary<DatabaseAddress> = fc.record({
    host: fc.constantFrom("h", "db.example", "10.0.0.1", "::1", "/run/post gres"),
    port: fc.integer({ min: 1, max: 65_535 }),
    database: text.filter((one) => !one.includes("/")),
    user: fc.option(text, { nil: undefined }),
    password: fc.option(text, { nil: undefined }),
    sslMode: fc.constantFrom(undefined, ...sslModes.filter((mode) => mode !== "verify-ca")),
    sslRootCert: fc.constant(undefined),
    sslCert: fc.constant(undefined),
    sslKey: fc.constant(undefined),
    options: fc.option(text, { nil: undefined }),
  });

  it("reads back every address that it writes, whatever user and password contain", () => {
    fc.assert(
      fc.property(address, (one) => {
        expect(parseDatabaseUrl(formatDatabaseUrl(one))).toEqual({ value: one });
      }),
    );
  });

  it("never shows any part of a password that was not encoded", () => {
    // Two long random words around one bare character: whatever is shown holds neither.
    const word = fc.stringMatching(/^[a-z]{12}$/);
    fc.assert(
      fc.property(word, fc.constantFrom(..."#?@/%"), word, (before, border, after) => {
        const url = `postgresql://app:${before}${border}${after}@db.example:5432/shop`;
        const shown = `${JSON.stringify(parseDatabaseUrl(url))} ${databaseAddress(url)}`;
        // %ab and the like are an encoded character: then all of it is the password.
        expect(shown.includes(after) && !shown.includes('"value"')).toBe(false);
        expect(databaseAddress(url)).not.toContain(after);
      }),
    );
  });
});
