import { tableEqualsLog } from "./table-equals-log.ts";

export const productSalesEqualLog = tableEqualsLog(
  "product-sales-equal-log",
  "What is counted of each product is what the log says, to the cent.",
  "product_sales",
);
