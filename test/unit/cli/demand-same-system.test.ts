import { describe, expect, it } from "vitest";
import { demandSameSystem } from "../../../src/cli/demand-same-system.ts";
import {
  resolveSettings,
  type SettingLayers,
} from "../../../src/runtime/settings/resolve-settings.ts";

const stack = { brokers: "127.0.0.1:1", databaseUrl: "postgresql://u@127.0.0.1:2/orders" };

describe("a stack named by hand", () => {
  it.each<[string, SettingLayers, boolean]>([
    ["the shell names it, too", { environment: { KAFKA_BROKERS: stack.brokers }, stack }, true],
    ["the shell names another", { environment: { KAFKA_BROKERS: "kafka:9092" }, stack }, false],
    ["by the parts of an address", { environment: { DB_HOST: "db" }, stack }, false],
    [
      "the file names another",
      { file: { path: "orders.toml", values: { brokers: "kafka:9092" } }, stack },
      false,
    ],
    ["a flag names another", { flags: { brokers: "kafka:9092" }, stack }, true],
    ["nothing else is named", { stack }, true],
    ["it is not up, and the shell names one", { environment: { DB_HOST: "db" } }, false],
  ])("%s", (_, layers, fine) => {
    const demand = () => demandSameSystem("ci", layers.stack, resolveSettings(layers));
    if (fine) demand();
    else expect(demand).toThrow(/names another system/);
  });

  it("may be named by the shell, too, and the refusal says so", () => {
    const resolved = resolveSettings({ environment: { DB_HOST: "db" }, stack });
    expect(() => demandSameSystem("ci", stack, resolved, "ORDERS_STACK")).toThrow(
      /^ORDERS_STACK names the stack ci, but/,
    );
  });
});
