import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { orderCheck, runCheck } from "../../../src/audit/check.ts";
import { registry } from "../../../src/audit/checks/registry.ts";
import type { OrderTrace } from "../../../src/audit/order-trace.ts";
import type { Order } from "../../../src/order/order.ts";
import { anyOrder, anyStock } from "../../arbitrary/orders.ts";
import { race } from "./checks/evidence.ts";
import { decidedWorld, judged, type World, withEvidence, withTraces } from "./evidence-of.ts";

const anyOrders = fc.uniqueArray(anyOrder(), {
  minLength: 1,
  maxLength: 30,
  selector: (order) => order.orderId,
});
const anyWorld = fc
  .tuple(anyStock, anyOrders)
  .map(([stock, orders]: [Map<string, number>, Order[]]) => decidedWorld(stock, orders));

function changeTrace(
  world: World,
  index: number,
  change: (trace: OrderTrace) => OrderTrace,
): World {
  const at = index % world.traces.length;
  return withTraces(
    world,
    world.traces.map((trace, each) => (each === at ? change(trace) : trace)),
  );
}

describe("judging a run", () => {
  it("finds every history consistent that the pure decision decided", () => {
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { verdict, reason, checks } = judged(world);
        expect(verdict, reason).toBe("consistent");
        expect(checks.filter((finding) => finding.status !== "pass")).toEqual([]);
      }),
    );
  });

  const mutations: Record<string, (world: World, index: number) => World> = {
    "an order's rows are gone": (world, index) =>
      changeTrace(world, index, (trace) => ({ ...trace, rows: [] })),
    "one line is gone, or its order": (world, index) =>
      changeTrace(world, index, (trace) => ({ ...trace, rows: trace.rows.slice(1) })),
    "a quantity is another": (world, index) =>
      changeTrace(world, index, (trace) => ({
        ...trace,
        rows: trace.rows.map((row, at) =>
          at === 0 ? { ...row, quantity: row.quantity + 1 } : row,
        ),
      })),
    "a product is another": (world, index) =>
      changeTrace(world, index, (trace) => ({
        ...trace,
        rows: trace.rows.map((row, at) => (at === 0 ? { ...row, productId: "OTHER" } : row)),
      })),
    "a customer is another": (world, index) =>
      changeTrace(world, index, (trace) => ({
        ...trace,
        rows: trace.rows.map((row) => ({ ...row, customerId: "NOBODY" })),
      })),
    "a status is flipped": (world, index) =>
      changeTrace(world, index, (trace) => ({
        ...trace,
        rows: trace.rows.map((row) => ({
          ...row,
          status: row.status === "reserved" ? "rejected" : "reserved",
        })),
      })),
    "an order is dead-lettered besides": (world, index) =>
      changeTrace(world, index, (trace) => ({
        ...trace,
        deadLetters: [{ reason: "unprocessable" }],
      })),
    "a row is there twice": (world, index) =>
      changeTrace(world, index, (trace) => ({ ...trace, rows: [...trace.rows, ...trace.rows] })),
    "a refused order was decided": (world, index) =>
      changeTrace(world, index, (trace) => ({
        ...trace,
        sent: { ...trace.sent, state: "failed" },
      })),
    "an inventory is off by one": (world, index) =>
      withEvidence(world, {
        products: world.evidence.products.map((product, at) =>
          at === index % world.evidence.products.length && product.stock !== undefined
            ? {
                ...product,
                stock: { ...product.stock, reserved: (product.stock.reserved ?? 0) + 1 },
              }
            : product,
        ),
      }),
    "a piece moved from available to reserved": (world, index) =>
      withEvidence(world, {
        products: world.evidence.products.map((product, at) =>
          at === index % world.evidence.products.length && product.stock !== undefined
            ? {
                ...product,
                stock: {
                  ...product.stock,
                  available: product.stock.available - 1,
                  reserved: (product.stock.reserved ?? 0) + 1,
                },
              }
            : product,
        ),
      }),
  };
  for (const [name, mutate] of Object.entries(mutations)) {
    it(`finds a violation when ${name}`, () => {
      fc.assert(
        fc.property(anyWorld, fc.nat(100), (world, index) => {
          expect(judged(mutate(world, index)).verdict).toBe("violated");
        }),
      );
    });
  }

  it("finds nothing to judge without an accepted order", () => {
    const verdict = judged(decidedWorld(new Map([["PROD001", 5]]), []));
    expect(verdict.verdict).toBe("inconclusive");
    expect(verdict.reason).toContain("nothing could have gone wrong");
  });

  const broken = {
    "at its start": orderCheck({
      ...{ name: "breaks-off", explanation: "It breaks off.", needs: [] },
      judge: () => fails(),
    }),
    "at an order": orderCheck({
      ...{ name: "breaks-off", explanation: "It breaks off.", needs: [] },
      judge: () => ({ see: fails, finding: fails }),
    }),
    "at the end": runCheck({
      ...{ name: "breaks-off", explanation: "It breaks off.", needs: [] },
      judge: fails,
    }),
  };
  for (const [when, check] of Object.entries(broken)) {
    it(`names a check that throws ${when}, hears the others, and leaves the verdict open`, () => {
      fc.assert(
        fc.property(anyWorld, (world) => {
          const { verdict, reason, checks } = judged(world, [check, ...registry]);
          expect(verdict).toBe("inconclusive");
          expect(reason).toContain("breaks-off");
          expect(reason).toContain("this check has a bug");
          expect(checks.slice(1)).toEqual(judged(world).checks);
        }),
      );
    });
  }

  it("leaves a race open in which a check of races throws, names it, and hears the others", () => {
    const check = runCheck({
      ...{ name: "race-breaks-off", explanation: "It breaks off.", needs: ["race"] },
      judge: fails,
    });
    fc.assert(
      fc.property(anyWorld, (world) => {
        const { verdict, reason, checks } = judged(world, [...registry, check], { race });
        // A race of orders that were all rejected is open anyhow.
        expect(verdict).toBe("inconclusive");
        expect(reason).toContain("race-breaks-off");
        expect(checks.slice(0, -1)).toEqual(judged(world, registry, { race }).checks);
        expect(judged(world, [...registry, check]).verdict).toBe("consistent");
      }),
    );
  });
});

function fails(): never {
  throw new Error("this check has a bug");
}
