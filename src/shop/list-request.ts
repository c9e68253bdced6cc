import { describeFound } from "../order/describe-found.ts";
import { isOrderText } from "../order/order.ts";
import { readCursor } from "./page-cursor.ts";
import type { ShopProblem } from "./problem.ts";
import { type ShopStatus, shopStatuses } from "./shop-order.ts";
import type { PageRequest } from "./sql/select-orders.ts";

export type ListReading =
  | { readonly ok: true; readonly request: PageRequest }
  | { readonly ok: false; readonly problem: ShopProblem };

const limitDefault = 50;
const limitMax = 500;
const known = ["customerId", "status", "limit", "after"];

/** Pure: the query of GET /orders. A parameter that is not known is refused: it would filter nothing. */
export function readListRequest(query: Readonly<Record<string, unknown>>): ListReading {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) return refuse(unknown, `is not known; there are ${known.join(", ")}`);
  const { customerId, status, limit = String(limitDefault), after } = query;
  if (customerId !== undefined && !isOrderText(customerId))
    return refuse("customerId", `must be given once, as text; found ${describeFound(customerId)}`);
  if (status !== undefined && !isStatus(status))
    return refuse(
      "status",
      `must be one of ${shopStatuses.join(", ")}; found ${describeFound(status)}`,
    );
  if (typeof limit !== "string" || !/^\d{1,3}$/.test(limit) || +limit < 1 || +limit > limitMax)
    return refuse(
      "limit",
      `must be a whole number from 1 to ${limitMax}; found ${describeFound(limit)}`,
    );
  const cursor = typeof after === "string" ? readCursor(after) : undefined;
  if (after !== undefined && cursor === undefined)
    return refuse("after", "must be taken from the Link header of an earlier answer");
  return { ok: true, request: { customerId, status, after: cursor, limit: Number(limit) } };
}

function isStatus(value: unknown): value is ShopStatus {
  return shopStatuses.some((status) => status === value);
}

function refuse(field: string, message: string): ListReading {
  return { ok: false, problem: { error: "invalid_query", message: `${field} ${message}`, field } };
}
