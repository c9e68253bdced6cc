import { isOrderText, type OrderLine } from "../order/order.ts";
import { type OrderState, orderStates } from "./target.ts";
import { type OrderChange, orderChanges } from "./workload.ts";

export type Json = Readonly<Record<string, unknown>>;

/** A line is not what a history holds; its message says why, without the file and the line. */
export class BadLine extends Error {}

/** @throws BadLine when a line is no object in JSON. */
export function jsonIn(line: string): Json {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new BadLine("it is not JSON");
  }
  if (typeof json !== "object" || json === null) throw new BadLine("it is not an object");
  return json as Json;
}

/** @throws BadLine when it is not a text as orders have it. */
export function orderTextIn(value: unknown, field: string): string {
  if (isOrderText(value)) return value;
  throw new BadLine(`${field} is not a text`);
}

/** @throws BadLine */
export function linesIn(lines: unknown): readonly OrderLine[] {
  if (!Array.isArray(lines) || lines.length === 0) throw new BadLine("lines is empty");
  return lines.map((each: Json | null) => {
    const { product_id, quantity, amount } = each ?? {};
    if (isOrderText(product_id) && Number.isInteger(quantity) && typeof amount === "number")
      return { productId: product_id, quantity: quantity as number, amount };
    throw new BadLine("an order line is not {product_id, quantity, amount}");
  });
}

/** @throws BadLine */
export function stateIn(state: unknown, field: string): OrderState {
  if (orderStates.includes(state as OrderState)) return state as OrderState;
  throw new BadLine(`${field} is unknown`);
}

/** @throws BadLine when it is neither absent nor a change. */
export function changeIn(change: unknown): OrderChange | undefined {
  if (change === undefined || orderChanges.includes(change as OrderChange))
    return change as OrderChange | undefined;
  throw new BadLine("change is unknown");
}

/** @throws BadLine */
export function timeIn(value: unknown, field: string): number {
  if (typeof value === "number") return value;
  throw new BadLine(`the time ${field} is missing`);
}

export function kindIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
