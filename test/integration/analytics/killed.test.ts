import { execa } from "execa";
import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import type { ShopEvent } from "../../../src/order/shop-event.ts";
import { anyEvents } from "../../arbitrary/shop-events.ts";
import { eventually } from "../services.ts";
import { createAnalyticsBench } from "./analytics-bench.ts";
import { type AnalyticsFailpoint, killAt } from "./kill-at.ts";
import { expectedTables, readTables } from "./tables.ts";

it("counts every event once through kill -9 in the middle, again and again", async () => {
  const bench = await createAnalyticsBench();
  try {
    const events: ShopEvent[] = [];
    while (events.length < 4_000) events.push(...fc.sample(anyEvents, 50).flat());
    await bench.publish(events);
    const counted = async () => {
      const { rows } = await bench.database.query<{ counted: number }>({
        text: "SELECT count(*) AS counted FROM analytics.processed_events",
      });
      return rows[0]?.counted ?? 0;
    };
    for (let kills = 0; kills < 3; kills++) {
      const before = await counted();
      const child = execa("node", ["bin/run.js", "analytics", "--batch", "20"], {
        env: bench.environment,
        reject: false,
        timeout: 60_000,
      });
      await eventually(async () => (await counted()) > before, "it counts", 60_000);
      child.kill("SIGKILL");
      await child;
    }
    expect(await counted()).toBeLessThan(events.length);
    expect(await bench.count()).toMatchObject({ dead: 0, caughtUp: true });
    expect(await readTables(bench.database)).toEqual(expectedTables(events));
  } finally {
    await bench.close();
  }
});

/** Those of its own; test/long/analytics-killed.test.ts has all. */
const own = ["days-opened", "events-recorded", "summaries-folded", "stock-recorded"] as const;
const killed = new Map<AnalyticsFailpoint, Promise<void>>();
beforeAll(() => {
  for (const point of own) {
    const done = killAt(point);
    done.catch(() => {});
    killed.set(point, done);
  }
});

it.each(own)("counts every event once when it is killed at: %s", (point) => killed.get(point));
