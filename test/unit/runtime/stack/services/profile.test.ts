import { describe, expect, it } from "vitest";
import {
  needsOf,
  portHeirs,
  servicesIn,
} from "../../../../../src/runtime/stack/services/profile.ts";
import type { SupervisedService } from "../../../../../src/runtime/stack/services/service.ts";
import { services } from "../../../../../src/runtime/stack/services/services.ts";

const stall: SupervisedService = {
  stage: "supervised",
  ...{ name: "stall", title: "Stall", all: "the stall", instances: 1 },
  profile: "shop",
  needs: { topics: [{ topic: "sales", partitions: 3 }], tables: ["shop"] },
  port: { flag: "port", default: 8080 },
  command: () => [],
  environment: () => ({}),
  stop: { signal: "SIGTERM", graceMs: 1 },
};
const known = [...services, stall, { ...stall, name: "cellar", port: "free" as const }];
const names = (list: readonly { readonly name: string }[]) => list.map(({ name }) => name);

describe("a profile", () => {
  it("is nothing to a plain stack", () => {
    expect(servicesIn(undefined, known)).toEqual(services);
    expect(needsOf(services)).toEqual({ topics: [], tables: [] });
  });

  it("adds its services, which may claim a port: who had it takes any", () => {
    const made = servicesIn("shop", known);
    expect(names(made)).toEqual(["kafka", "postgres", "api", "consumer", "stall", "cellar"]);
    expect(made.filter(({ port }) => port === "free").map(({ name }) => name)).toEqual([
      ...["api", "consumer", "cellar"],
    ]);
    expect(servicesIn("shop", made)).toEqual(made);
    expect(needsOf(made)).toEqual({
      topics: [{ topic: "sales", partitions: 3 }],
      tables: ["shop"],
    });
  });

  it("hands a claimed port over, and back", () => {
    const [plain, shop] = [servicesIn(undefined, known), servicesIn("shop", known)];
    expect([...portHeirs(plain, shop)]).toEqual([
      ["consumer", "consumer"],
      ["stall", "api"],
    ]);
    expect([...portHeirs(shop, plain)]).toEqual([
      ["api", "stall"],
      ["consumer", "consumer"],
    ]);
    expect(portHeirs(shop, shop).get("api")).toBe("api");
  });
});
