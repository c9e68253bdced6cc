import { describe, expect, it } from "vitest";
import type { Failure } from "../../../../src/failure/failure.ts";
import { resolveSettings } from "../../../../src/runtime/settings/resolve-settings.ts";
import { settingSpecs } from "../../../../src/runtime/settings/settings.ts";

describe("resolveSettings", () => {
  it("lets flags beat environment beat file beat stack beat default", () => {
    const layers = {
      flags: { topic: "flag" },
      environment: { KAFKA_TOPIC: "env", CONSUMER_GROUP_ID: "env" },
      file: { path: "orders.toml", values: { topic: "file", group: "file", brokers: "file:1" } },
      stack: { brokers: "stack:1", apiUrl: "http://stack" },
    };
    const { values, sources } = resolveSettings(layers);
    expect([values.topic, values.group, values.brokers, values.apiUrl, values.workers]).toEqual([
      "flag",
      "env",
      "file:1",
      "http://stack",
      3,
    ]);
    expect([
      sources.topic,
      sources.group,
      sources.brokers,
      sources.apiUrl,
      sources.workers,
    ]).toEqual(["flag", "environment", "config file", "stack", "default"]);
    expect(sources.kafkaSaslPassword).toBeUndefined();
  });

  it("builds the database's URL from the reference system's variables", () => {
    const environment = {
      DB_HOST: "db",
      DB_USER: "app",
      DB_PASSWORD: "p@ss/word",
      DB_NAME: "shop",
      DB_SSLMODE: "require",
    };
    const url = (more: object) =>
      resolveSettings({ environment: { ...environment, ...more } }).values.databaseUrl;
    const parts = "postgresql://app:p%40ss%2Fword@db:5432/shop";
    expect(url({})).toBe(`${parts}?sslmode=require`);
    expect(url({ DATABASE_URL: "postgresql://x/y" })).toBe("postgresql://x/y");
    expect(url({ DB_SSLMODE: "verify-full", DB_SSLROOTCERT: "/ca.pem" })).toBe(
      `${parts}?sslmode=verify-full&sslrootcert=%2Fca.pem`,
    );
    expect(url({ DB_HOST: "/run/postgresql", DB_SSLMODE: "" })).toBe(
      "postgresql://app:p%40ss%2Fword@%2Frun%2Fpostgresql:5432/shop",
    );
  });

  it.each([
    [{ DB_HOST: "a b" }, "DB_HOST"],
    [{ DB_HOST: "a,b" }, "DB_HOST must be one host"],
    [{ DB_HOST: "db", DB_PORT: "many" }, "DB_PORT must be a port"],
    [{ DB_HOST: "db", DB_PORT: "0" }, "DB_PORT"],
    [{ DB_HOST: "db", DB_SSLMODE: "bogus" }, "DB_SSLMODE must be one of disable"],
    [{ DB_HOST: "db", DB_SSLMODE: "prefer" }, "DB_SSLMODE"],
    [{ DB_HOST: "db", DB_SSLMODE: "verify-ca" }, "DB_SSLROOTCERT"],
    [{ DB_HOST: "db", DB_SSLMODE: "disable", DB_SSLROOTCERT: "/ca.pem" }, "DB_SSLROOTCERT"],
    [{ DATABASE_URL: "postgresql://h/db", PGSSLMODE: "bogus" }, "PGSSLMODE"],
  ])("refuses the variables %j", (environment, text) => {
    expect(() => resolveSettings({ environment })).toThrow(text);
  });

  it("lets libpq's variables fill in what a given address leaves open, and nothing else", () => {
    const shell = {
      PGHOST: "elsewhere",
      PGOPTIONS: "-c search_path=x",
      PGUSER: "me",
      PGPASSWORD: "p",
      PGSSLMODE: "verify-full",
      PGSSLROOTCERT: "/ca.pem",
    };
    const resolve = (databaseUrl: string) =>
      resolveSettings({ flags: { databaseUrl }, environment: shell }).values.databaseUrl;
    expect(resolve("postgresql://h/db")).toBe(
      "postgresql://me:p@h:5432/db?sslmode=verify-full&sslrootcert=%2Fca.pem",
    );
    const complete = "postgresql://u:s@h/db?sslmode=disable";
    expect(resolve(complete)).toBe(complete);
  });

  it("keeps the shell's ways to others' services from those that the stack started", () => {
    const shell = {
      PGSSLMODE: "require",
      PGPASSWORD: "other",
      KAFKA_TLS: "true",
      KAFKA_SASL_MECHANISM: "plain",
      KAFKA_SASL_USERNAME: "u",
      KAFKA_SASL_PASSWORD: "p",
    };
    const stack = { brokers: "127.0.0.1:9", databaseUrl: "postgresql://o@127.0.0.1:5/orders" };
    const own = { environment: shell, stack, stackIsOurs: true };
    const { values } = resolveSettings(own);
    expect(values).toMatchObject({ ...stack, kafkaTls: false });
    expect(values.kafkaSaslMechanism).toBeUndefined();
    // As after `eval "$(orders status --env)"`.
    const evaluated = { ...own, environment: { ...shell, KAFKA_BROKERS: stack.brokers } };
    expect(resolveSettings(evaluated).values.kafkaTls).toBe(false);
    const external = { ...own, stackIsOurs: false };
    expect(resolveSettings(external).values).toMatchObject({
      kafkaTls: true,
      kafkaSaslMechanism: "plain",
    });
  });

  it("gives a stack's login to its own brokers alone, also out of the shell that it was put into", () => {
    const login = {
      kafkaSaslMechanism: "scram-sha-256",
      kafkaSaslUsername: "orders",
      kafkaSaslPassword: "generated",
    };
    const stack = { brokers: "127.0.0.1:9", ...login };
    const exported = {
      KAFKA_SASL_MECHANISM: "scram-sha-256",
      KAFKA_SASL_USERNAME: "orders",
      KAFKA_SASL_PASSWORD: "generated",
    };
    const elsewhere = { brokers: "127.0.0.1:8" };
    for (const stackIsOurs of [true, false]) {
      const own = { stack, stackIsOurs };
      expect(resolveSettings(own).values).toMatchObject(login);
      expect(
        resolveSettings({ ...own, environment: { KAFKA_BROKERS: stack.brokers } }).values,
      ).toMatchObject(login);
      for (const away of [
        { ...own, flags: elsewhere },
        { ...own, environment: { KAFKA_BROKERS: elsewhere.brokers } },
        { ...own, flags: elsewhere, environment: exported },
      ]) {
        const { values } = resolveSettings(away);
        expect([values.kafkaSaslMechanism, values.kafkaSaslPassword]).toEqual([
          undefined,
          undefined,
        ]);
      }
    }
    const theirs = { ...exported, KAFKA_SASL_PASSWORD: "theirs" };
    const { values } = resolveSettings({ stack, flags: elsewhere, environment: theirs });
    expect(values.kafkaSaslPassword).toBe("theirs");
  });

  it("begins relative paths where they were written", () => {
    const at = (layers: object) =>
      resolveSettings({ directory: "/here", ...layers }).values.kafkaCaFile;
    expect(at({ flags: { kafkaCaFile: "ca.pem" } })).toBe("/here/ca.pem");
    expect(at({ environment: { KAFKA_CA_FILE: "../ca.pem" } })).toBe("/ca.pem");
    expect(at({ file: { path: "/etc/orders.toml", values: { "kafka-ca-file": "ca.pem" } } })).toBe(
      "/etc/ca.pem",
    );
    const { values } = resolveSettings({
      directory: "/here",
      environment: { DB_HOST: "h", DB_SSLROOTCERT: "ca.pem" },
    });
    expect(values.databaseUrl).toContain("sslrootcert=%2Fhere%2Fca.pem");
  });

  const sasl = {
    KAFKA_SASL_MECHANISM: "plain",
    KAFKA_SASL_USERNAME: "u",
    KAFKA_SASL_PASSWORD: "p",
  };
  it.each([
    [{ KAFKA_SASL_USERNAME: "u" }, /KAFKA_SASL_USERNAME is given, but no SASL mechanism/],
    [{ KAFKA_SASL_PASSWORD: "p" }, /KAFKA_SASL_PASSWORD is given, but no SASL mechanism/],
    [{ KAFKA_SASL_MECHANISM: "plain" }, /needs a user name and a password/],
    [{ ...sasl, KAFKA_SASL_PASSWORD: "" }, /needs a user name and a password/],
    [{ ...sasl, KAFKA_SASL_USERNAME: "" }, /needs a user name and a password/],
    [{ KAFKA_TLS: "false", KAFKA_CA_FILE: "/ca.pem" }, /KAFKA_TLS turns TLS off/],
  ])("refuses what says nothing together: %j", (environment, text) => {
    expect(() => resolveSettings({ environment })).toThrow(text);
    expect(() => resolveSettings({ environment: sasl })).not.toThrow();
  });

  it.each([
    ["topic", ""],
    ["topic", "a b"],
    ["topic", ".."],
    ["topic", "x".repeat(250)],
    ["group", " g"],
    ["group", "a\nb"],
    ["apiUrl", "localhost:8080"],
    ["apiUrl", "ftp://h"],
    ["apiUrl", "http://u:s3cret@h"],
    ["apiUrl", " "],
    ["brokers", "u:s3cret@h:9092"],
    ["kafkaCaFile", " "],
    ["kafkaSaslUsername", " "],
    ["workers", " 3"],
    ["workers", ""],
    ["workers", "1e2"],
    ["poolSize", "-1"],
  ] as const)("refuses %s %j from a flag, the environment and the file, and says from where", (key, value) => {
    const { name, env } = settingSpecs[key];
    const refusal = (layers: object) => {
      try {
        resolveSettings(layers);
      } catch (error) {
        expect((error as Failure).exitCode).toBe(2);
        expect(String(error)).not.toContain("s3cret");
        return String(error);
      }
      return "accepted";
    };
    expect(refusal({ flags: { [key]: value } })).toContain(`--${name} must be`);
    // An empty variable counts as unset.
    if (value !== "")
      expect(refusal({ environment: { [env]: value } })).toContain(`${env} must be`);
    expect(refusal({ file: { path: "/o.toml", values: { [name]: value } } })).toContain(
      `${name} in /o.toml must be`,
    );
  });

  it("treats an empty variable as unset", () => {
    expect(resolveSettings({ environment: { KAFKA_TOPIC: "" } }).values.topic).toBe(
      "orders-placed",
    );
  });

  it.each([
    [{ flags: { workers: "0" } }, "--workers must be a whole number from 1 to 100"],
    [{ environment: { ORDERS_BATCH: "many" } }, "ORDERS_BATCH"],
    [{ flags: { compression: "zip" } }, "one of none, gzip"],
    [{ file: { path: "f.toml", values: { wrokers: 3 } } }, "wrokers"],
  ])("refuses bad values with a usage error: %j", (layers, text) => {
    expect(() => resolveSettings(layers)).toThrow(text);
    try {
      resolveSettings(layers);
    } catch (error) {
      expect((error as Failure).exitCode).toBe(2);
    }
  });

  it("does not repeat a secret in an error", () => {
    expect(() =>
      resolveSettings({ file: { path: "f", values: { "kafka-sasl-password": 12345 } } }),
    ).toThrow(/^(?!.*12345)/);
  });
});
