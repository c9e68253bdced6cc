import * as Flags from "@oclif/core/flags";
import type { AnalyticsJson } from "../../analytics/show/analytics-json.ts";
import { healthFlags } from "../../cli/health-flags.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import {
  catchUpFlags,
  memberInstancesFlag,
  readingOptions,
  statsIntervalFlag,
} from "../../cli/reading-flags.ts";
import { readerFlags, settingFlags } from "../../cli/setting-flags.ts";

export default class Analytics extends OrdersCommand {
  static override summary = "Count what happens to the shop's orders (the event processor)";
  static override description =
    "Reads the events of the shop's orders as a consumer group and keeps sales metrics, product sales and order summaries in the schema analytics. Metrics, the ids of the counted events and the offsets are written in one transaction per batch, so that an event counts once, however often it is delivered and whatever crashes. Cancellations are subtracted. Products that are low or out of stock become analytics.inventory_alerts, from the topic of stock changes. What can never be counted is recorded in analytics.dead_events. Ctrl-C or SIGTERM finishes the batch in hand, commits, leaves the group and exits 0.";
  static override examples = [
    { description: "Count beside the running stack", command: "<%= config.bin %> analytics" },
    {
      description: "Count all that is in the topic with two processes, then end",
      command: "<%= config.bin %> analytics --instances 2 --until-caught-up",
    },
    { description: "What was counted", command: "<%= config.bin %> analytics show --watch" },
  ];
  static override flags = {
    instances: memberInstancesFlag,
    ...catchUpFlags("counted"),
    "keep-ids": Flags.string({
      summary: "how long the event ids of a day are kept after the last event of that day came",
      default: "168h",
      helpValue: "TIME",
    }),
    "keep-details": Flags.string({
      summary: "how long minutes, days of customers and uncountable events are kept",
      default: "2160h",
      helpValue: "TIME",
    }),
    "low-stock": Flags.integer({
      summary: "percent of its total below which a product's stock is low",
      default: 10,
      min: 1,
      max: 100,
      helpValue: "PERCENT",
    }),
    "stats-interval": statsIntervalFlag,
    ...healthFlags,
    ...settingFlags("eventsTopic", "stockTopic", "analyticsGroup", ...readerFlags),
  };

  async run(): Promise<AnalyticsJson | undefined> {
    const { flags } = await this.parse(Analytics);
    const { parseDuration } = await import("../../ports/duration.ts");
    const { runService } = await import("../../cli/run-service.ts");
    const { analyticsJson } = await import("../../analytics/show/analytics-json.ts");
    const settings = this.resolved(flags).values;
    const keepIdsMs = parseDuration(flags["keep-ids"], "--keep-ids", {
      minMs: 3_600_000,
      maxMs: 8_784 * 3_600_000,
    });
    const keepDetailsMs = parseDuration(flags["keep-details"], "--keep-details", {
      minMs: 86_400_000,
      maxMs: 87_840 * 3_600_000,
    });
    const options = {
      ...readingOptions(flags),
      settings,
      keepIdsMs,
      keepDetailsMs,
      lowPercent: flags["low-stock"],
    };
    const results = await runService(this.output(), {
      instances: flags.instances,
      doing: "finishing the batch in hand",
      stopWithinMs: 21_000,
      async run(process) {
        const { runAnalytics } = await import("../../analytics/wiring/run-analytics.ts");
        return runAnalytics({ ...options, ...process });
      },
    });
    return results && analyticsJson(results);
  }
}
