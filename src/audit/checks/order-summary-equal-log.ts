import { tableEqualsLog } from "./table-equals-log.ts";

export const orderSummaryEqualLog = tableEqualsLog(
  "order-summary-equal-log",
  "What is counted of each customer and day is what the log says, to the cent.",
  "order_summary",
);
