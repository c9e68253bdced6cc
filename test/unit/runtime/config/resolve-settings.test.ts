import { describe, expect, it } from "vitest";
import type { Failure } from "../../../../src/failure/failure.ts";
import { resolveSettings } from "../../../../src/runtime/config/resolve-settings.ts";

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
    expect(resolveSettings({ environment }).values.databaseUrl).toBe(
      "postgresql://app:p%40ss%2Fword@db:5432/shop?sslmode=require",
    );
    const both = { ...environment, DATABASE_URL: "postgresql://x/y" };
    expect(resolveSettings({ environment: both }).values.databaseUrl).toBe("postgresql://x/y");
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
