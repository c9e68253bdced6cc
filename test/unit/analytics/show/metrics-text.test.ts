import { expect, it } from "vitest";
import { metricsText, totalsLine } from "../../../../src/analytics/show/metrics-text.ts";

const nothing = {
  ...{ at: "2026-01-31T12:00:00.000Z", orders_total: 0, revenue_total: "0.00", updated_at: null },
  ...{ orders_per_minute: [], products: [], order_summary: [], dead_events: [] },
  inventory_alerts: [],
};

it("says that nothing was counted, and shows no empty tables", () => {
  expect(metricsText(nothing, 80)).toBe("nothing was counted yet");
});

it("shows totals, tables, and what could not be counted", () => {
  const report = {
    ...nothing,
    ...{ orders_total: 2, revenue_total: "90071992547409.93", updated_at: nothing.at },
    products: [{ product_id: "PROD001", orders: 2, pieces: 5, revenue: "49.95" }],
    dead_events: [{ reason: "not_json", events: 3 }],
    inventory_alerts: [
      {
        ...{ product_id: "PROD009", level: "out" as const, available: 0, total: 500 },
        ...{ since: "2026-01-31T11:00:00Z", wanted: 7 },
      },
    ],
  };
  expect(totalsLine(report)).toBe(
    "2 orders, revenue 90071992547409.93, as of 2026-01-31T12:00:00.000Z; not countable: 3 not_json",
  );
  const text = metricsText(report, 80);
  expect(text).toContain("PROD001");
  expect(text).toMatch(/PROD009 │ out +│ +0 │ 500 │ 2026-01-31T11:00:00Z │ +7/);
  expect(text).not.toContain("minute");
});
