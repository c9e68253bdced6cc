import { tableEqualsLog } from "./table-equals-log.ts";

export const salesMetricsEqualLog = tableEqualsLog(
  "sales-metrics-equal-log",
  "The totals, the orders by minute and the pieces by product are what the log says.",
  "sales_metrics",
);
