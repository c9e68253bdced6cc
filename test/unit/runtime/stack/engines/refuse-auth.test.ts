import { expect, it } from "vitest";
import { resolveSettings } from "../../../../../src/runtime/settings/resolve-settings.ts";
import {
  kafkaAuthByHand,
  refuseAuth,
} from "../../../../../src/runtime/stack/engines/refuse-auth.ts";

const flagged = (kafkaAuth: string) => resolveSettings({ flags: { kafkaAuth } });

it("knows a wish from the default and from what a stack says of itself", () => {
  expect(kafkaAuthByHand(resolveSettings({}))).toBeUndefined();
  expect(kafkaAuthByHand(resolveSettings({ stack: { kafkaAuth: "none" } }))).toBeUndefined();
  const shell = { environment: { ORDERS_KAFKA_AUTH: "none" } };
  expect(kafkaAuthByHand(resolveSettings(shell))).toBe("none");
});

it("refuses a login that the engine cannot ask for", () => {
  for (const settings of [flagged("sasl"), flagged("none")])
    expect(() => refuseAuth("local", settings)).not.toThrow();
  expect(() => refuseAuth("docker", flagged("sasl"))).toThrow(/--kafka-auth .*Docker/);
  expect(() => refuseAuth("docker", flagged("none"))).not.toThrow();
  expect(() => refuseAuth("docker", resolveSettings({}))).not.toThrow();
  expect(() => refuseAuth("external", flagged("none"))).toThrow(/--kafka-auth/);
});
