import * as Flags from "@oclif/core/flags";
import type { MetricsReport } from "../../analytics/read-metrics.ts";
import { OrdersCommand } from "../../cli/orders-command.ts";
import { settingFlags } from "../../cli/setting-flags.ts";

export default class AnalyticsShow extends OrdersCommand {
  static override summary = "Show what the analytics have counted";
  static override description =
    "Orders and revenue in all, pieces and revenue by product, orders by minute, and what happened to each customer's orders by day, all as of one moment. Cancelled orders are subtracted, but for the minute in which they were placed. Money is exact to the cent. Names products that are low or out of stock, and what could not be counted, by reason. --watch redraws on a terminal and appends a line elsewhere, until Ctrl-C (exit code 0).";
  static override examples = [
    "<%= config.bin %> analytics show",
    { description: "Until Ctrl-C", command: "<%= config.bin %> analytics show --watch" },
    {
      description: "For a script",
      command: "<%= config.bin %> analytics show --json | jq -r .revenue_total",
    },
  ];
  static override flags = {
    watch: Flags.boolean({ char: "w", summary: "go on until Ctrl-C", default: false }),
    interval: Flags.string({
      summary: "time between two looks of --watch",
      default: "1s",
      helpValue: "TIME",
    }),
    limit: Flags.integer({
      summary: "most rows of each table",
      default: 10,
      min: 1,
      max: 10_000,
      helpValue: "N",
    }),
    ...settingFlags("databaseUrl", "connectTimeoutMs", "statementTimeoutMs"),
  };

  async run(): Promise<MetricsReport | undefined> {
    const { flags } = await this.parse(AnalyticsShow);
    const { parseDuration } = await import("../../ports/duration.ts");
    const { withDatabase } = await import("../../runtime/postgres/with-database.ts");
    const { metricsText, totalsLine } = await import("../../analytics/show/metrics-text.ts");
    const settings = this.resolvedToRead(flags).values;
    const { limit } = flags;
    if (!flags.watch) {
      const { readMetrics } = await import("../../analytics/read-metrics.ts");
      const report = await withDatabase(settings, "analytics show", (database) =>
        readMetrics(database, limit),
      );
      this.print(metricsText(report, process.stdout.columns));
      return report;
    }
    const intervalMs = parseDuration(flags.interval, "--interval", {
      minMs: 100,
      maxMs: 3_600_000,
    });
    const { watchMetrics } = await import("../../analytics/watch-metrics.ts");
    const { liveView } = await import("../../cli/live-view.ts");
    const { untilLeft } = await import("../../cli/until-stopped.ts");
    const show = liveView<MetricsReport>(this.jsonEnabled(), {
      line: (report) => `${report.at} ${totalsLine(report)}`,
      screen: (report, { width }) => metricsText(report, width),
    });
    await untilLeft(({ signal }) =>
      withDatabase(settings, "analytics show", (database) =>
        watchMetrics(database, { limit, intervalMs, signal }, show),
      ),
    );
    return undefined;
  }
}
