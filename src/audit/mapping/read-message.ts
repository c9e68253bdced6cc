import { lineAmount } from "../../order/money.ts";
import { type FieldPath, valueAt } from "./field-path.ts";
import type { MessageMapping, MoneyUnit, OrderFields } from "./mapping.ts";
import { type NoOrder, openEnvelope, readDocument } from "./open-envelope.ts";

/** What a message says of its order; undefined: it does not, or not in a form that is known. */
export interface MessageContents {
  readonly orderId: string | undefined;
  readonly customerId: string | undefined;
  /** undefined: no product, or no quantity. `amount` of the line in all, in currency units. */
  readonly lines: readonly MessageLine[] | undefined;
  readonly amount: number | undefined;
}

export interface MessageLine {
  readonly productId: string;
  readonly quantity: number;
  readonly amount: number | undefined;
}

export type ReadMessage = { readonly kind: "order"; readonly contents: MessageContents } | NoOrder;

export type MessageReader = (value: Buffer | null) => ReadMessage;

/** Pure: reads messages in the form that a mapping says. */
export function createMessageReader(mapping: MessageMapping): MessageReader {
  return (value) => {
    if (value === null) return { kind: "other", why: "it has no value (a tombstone)" };
    const document = readDocument(value, mapping.envelope);
    if (!document.ok) return { kind: "unreadable", why: document.why };
    const { only } = mapping;
    if (only !== undefined) {
      const found = valueAt(document.outer, only.path);
      if (!only.values.includes(String(found))) {
        return { kind: "other", why: `it says ${String(found)} there` };
      }
    }
    const opened = openEnvelope(document.outer, mapping.envelope);
    if (opened.kind !== "order") return opened;
    return { kind: "order", contents: contentsOf(opened.order, mapping) };
  };
}

function contentsOf(order: unknown, { paths, money }: OrderFields): MessageContents {
  const at = (document: unknown, path: FieldPath | undefined) =>
    path === undefined ? undefined : valueAt(document, path);
  const amount = amountOf(at(order, paths.amount), money);
  const items = at(order, paths.items);
  const lineOf = (document: unknown, whole: number | undefined): MessageLine | undefined => {
    const productId = idOf(at(document, paths.product_id));
    const quantity = numberOf(at(document, paths.quantity));
    if (productId === undefined || quantity === undefined) return undefined;
    const price = amountOf(at(document, paths.price), money);
    return {
      productId,
      quantity,
      amount: price === undefined ? whole : lineAmount(quantity, price),
    };
  };
  const lines = Array.isArray(items)
    ? items.map((item) => lineOf(item, items.length === 1 ? amount : undefined))
    : [lineOf(order, amount)];
  return {
    orderId: idOf(at(order, paths.order_id)),
    customerId: idOf(at(order, paths.customer_id)),
    lines: lines.every((line) => line !== undefined) && lines.length > 0 ? lines : undefined,
    amount,
  };
}

/** Ids as text, whatever they are: a number above 2^53 has come as text already. */
function idOf(value: unknown): string | undefined {
  if (typeof value === "string" && value !== "") return value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? value : undefined;
  if (typeof value !== "string" || !/^-?\d+(\.\d+)?$/.test(value)) return undefined;
  return Number(value);
}

function amountOf(value: unknown, money: MoneyUnit): number | undefined {
  const number = numberOf(value);
  return number === undefined || money === "units" ? number : number / 100;
}
