import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { resolveSettings } from "../../../src/runtime/settings/resolve-settings.ts";
import { writeStackRecord } from "../../../src/runtime/stack/stack-record.ts";
import { ownSettings } from "../../../src/verify/own-settings.ts";
import { chooseOwnName, claimName } from "../../../src/verify/own-stack.ts";
import { isWarm } from "../../../src/verify/warm-up.ts";

const environment = {
  KAFKA_BROKERS: "kafka:9092",
  DATABASE_URL: "postgresql://u:secret@db/orders",
  KAFKA_TLS: "true",
  ORDERS_WORKERS: "3",
};
const auto = { engine: "auto", iOwnThis: false } as const;
const external = { engine: "external", iOwnThis: false } as const;

describe("the settings of a verification", () => {
  it("name nothing of what the shell names, and are told the rest", () => {
    const { settings, leftAside } = ownSettings(resolveSettings({ environment }), auto);
    expect(settings.values).toMatchObject({ brokers: undefined, databaseUrl: undefined });
    expect(settings.values).toMatchObject({ kafkaTls: false, workers: 3 });
    expect(settings.sources.brokers).toBeUndefined();
    expect(leftAside).toEqual(["KAFKA_BROKERS", "DATABASE_URL"]);
  });

  it("name services of others only where both is said: which, and that they may be loaded", () => {
    const given = resolveSettings({ environment });
    expect(() => ownSettings(given, external)).toThrow("did not start");
    const { settings } = ownSettings(given, { ...external, iOwnThis: true });
    expect(settings.values.brokers).toBe("kafka:9092");
    const flagged = resolveSettings({ flags: { brokers: "kafka:9092" } });
    expect(() => ownSettings(flagged, auto)).toThrow(/--brokers names a system/);
  });
});

describe("the name of a verification's stack", () => {
  const home = mkdtempSync(join(tmpdir(), "orders-names-"));
  const directory = (name: string) => join(home, "orders", name);
  beforeEach(() => vi.stubEnv("XDG_STATE_HOME", home));
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it("is one that nobody has", async () => {
    const name = await chooseOwnName(undefined);
    expect(name).toMatch(/^verify-[0-9a-f]{8}$/);
    claimName(name);
    expect(() => claimName(name)).toThrow("already");
  });

  it.each([
    ["half made", () => mkdirSync(directory("half-made"), { recursive: true })],
    ["half made", () => symlinkSync("/nowhere", directory("linked"))],
    ["it is stopped, and its data is kept", () => record("stopped", {})],
    ["logs of a failed verification", () => record("failed", { logsOnly: true })],
  ] as const)("refuses one that exists: %s", async (state, make) => {
    mkdirSync(join(home, "orders"), { recursive: true });
    make();
    const names = ["half-made", "linked", "stopped", "failed"];
    const tried = await Promise.allSettled(names.map((name) => chooseOwnName(name)));
    const refused = tried.filter((one) => one.status === "rejected");
    expect(refused.map(({ reason }) => String(reason)).join()).toContain(state);
    expect(refused.map(({ reason }) => reason.kind)).toContain("usage");
  });

  function record(name: string, more: { readonly logsOnly?: true }): void {
    mkdirSync(directory(name));
    writeStackRecord(directory(name), {
      ...{ engine: "local", why: "asked for", topic: "t", group: "g" },
      ...{ ports: { api: [], consumer: [] }, scale: { api: 1, consumer: 1 } },
      ...more,
    });
  }
});

describe("a warm-up", () => {
  it.each([
    [[], false],
    [[900, 20], false],
    [[20, 20], false],
    [[900, 90, 20], false],
    [[900, 21, 20], true],
    [[900, 90, 20, 7, 6.5], true],
  ])("after rounds of %j ms is enough: %s", (p50Ms, enough) => {
    expect(isWarm(p50Ms)).toBe(enough);
  });
});
