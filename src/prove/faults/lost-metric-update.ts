import { Meeting } from "../consumer/meeting.ts";
import type { ShopFault } from "../fault.ts";
import { addMetric } from "../sql/add-metric.ts";
import { readMetric } from "../sql/read-metric.ts";
import { writeMetric } from "../sql/write-metric.ts";

const metric = "orders_total";

/** The first order of each of two partitions: both have read before either writes. */
export const lostMetricUpdate: ShopFault = {
  of: "shop",
  name: "lost-metric-update",
  explanation: "two transactions read the same total, and each writes what it computed from it",
  fires: [{ check: "sales-metrics-equal-log", because: "two orders, one was counted" }],
  count(world) {
    const meeting = new Meeting(2);
    const met = new Set<number>();
    return world.count({
      async addOrders(tx, by, { partition }) {
        if (met.has(partition) || met.size === 2) return addMetric(tx, metric, "", by);
        met.add(partition);
        const seen = await readMetric(tx, metric);
        await meeting.arrive();
        await writeMetric(tx, metric, seen + by);
      },
    });
  },
};
