import { statSync, writeFileSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../../../src/failure/failure.ts";
import { resolveSettings } from "../../../../src/runtime/settings/resolve-settings.ts";
import { settingSpecs } from "../../../../src/runtime/settings/settings.ts";
import { maskSecret, showSettings } from "../../../../src/runtime/settings/show-settings.ts";
import {
  configFileText,
  writeConfigFile,
} from "../../../../src/runtime/settings/write-config-file.ts";

describe("showSettings", () => {
  it("shows every setting with its source, and no secret", () => {
    const shown = showSettings(
      resolveSettings({
        flags: { batch: "7" },
        environment: {
          DATABASE_URL: "postgresql://u:s3cret@h/db",
          KAFKA_SASL_MECHANISM: "plain",
          KAFKA_SASL_USERNAME: "app",
          KAFKA_SASL_PASSWORD: "s3cret",
        },
      }),
    );
    expect(shown).toHaveLength(Object.keys(settingSpecs).length);
    const by = new Map(shown.map((setting) => [setting.name, setting]));
    expect(by.get("batch")).toMatchObject({ value: 7, source: "flag" });
    expect(by.get("workers")).toMatchObject({ source: "default" });
    expect(by.get("brokers")).toMatchObject({ value: null, source: null });
    expect(by.get("kafka-sasl-password")).toMatchObject({ value: "****", source: "environment" });
    expect(JSON.stringify(shown)).not.toContain("s3cret");
  });
});

describe("maskSecret", () => {
  it.each([
    ["database-url", "postgresql://u:p@h:1/db", "postgresql://u:****@h:1/db"],
    [
      "database-url",
      "postgresql://h/db?user=u&password=p&sslmode=require",
      "postgresql://u:****@h:5432/db?sslmode=require",
    ],
    ["database-url", "postgresql://h/db", "postgresql://h:5432/db"],
    ["database-url", "postgresql://u:p#w@h/db", "****"],
    ["text", "just a password", "****"],
    ["text", "postgresql://u:p@h:1/db", "****"],
  ] as const)("%s %s → %s", (kind, secret, expected) => {
    expect(maskSecret(kind, secret)).toBe(expected);
  });
});

describe("the config file that init writes", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "orders-config-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it("means nothing as it is, and the defaults when its keys are uncommented", () => {
    expect(parse(configFileText())).toEqual({});
    const values = parse(configFileText().replace(/^# (?=[a-z-]+ = )/gm, ""));
    const resolved = resolveSettings({ file: { path: "orders.toml", values } });
    expect(resolved.values).toEqual(resolveSettings({}).values);
    for (const spec of Object.values(settingSpecs)) expect(configFileText()).toContain(spec.name);
  });

  it("is its owner's alone, and never replaces a file unasked", async () => {
    const path = join(directory, "deep", "er", "orders.toml");
    expect(writeConfigFile(path, false)).toBe(path);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    writeFileSync(path, "mine");
    expect(() => writeConfigFile(path, false)).toThrow(Failure);
    expect(await readFile(path, "utf8")).toBe("mine");
    writeConfigFile(path, true);
    expect(await readFile(path, "utf8")).toBe(configFileText());
    expect(await readdir(join(directory, "deep", "er"))).toEqual(["orders.toml"]);
  });

  it.runIf(process.platform === "linux")("fails where nothing can be written", () => {
    expect(() => writeConfigFile("/proc/nowhere/orders.toml", true)).toThrow(Failure);
  });
});
