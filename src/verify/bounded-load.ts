import { logMessagesMax } from "../audit/origins-reader.ts";
import { Failure } from "../failure/failure.ts";
import type { LoadRequest } from "../load/load-request.ts";

/** The log of a verification also holds its warm-up and its race. */
const ordersMax = logMessagesMax * 0.8;

/** @throws Failure("usage") for a load whose log the audit would not read to its end: no verdict could come of it. */
export function boundedLoad(load: LoadRequest): LoadRequest {
  if (load.schedule.orders <= ordersMax) return load;
  throw new Failure("usage", {
    what: `${load.schedule.orders} orders are more than a verification can reconcile (${ordersMax})`,
    remedy: "lower --rate or --duration",
  });
}
