import { lineAmount } from "../../order/money.ts";
import { parseExactJson } from "../../order/parse-exact-json.ts";
import { readText } from "../../order/read-text.ts";
import { type FieldPath, valueAt } from "./field-path.ts";
import type { Envelope, MessageMapping, MoneyUnit, OrderFields } from "./mapping.ts";

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

export type ReadMessage =
  | { readonly kind: "order"; readonly contents: MessageContents }
  /** It is no order that is placed: another event of the topic, or a change of one. */
  | { readonly kind: "other"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string };

export type MessageReader = (value: Buffer | null) => ReadMessage;

/** Pure: reads messages in the form that a mapping says. */
export function createMessageReader(mapping: MessageMapping): MessageReader {
  return (value) => {
    if (value === null) return { kind: "other", why: "it has no value (a tombstone)" };
    const document = documentIn(value, mapping.envelope);
    if (!document.ok) return { kind: "unreadable", why: document.why };
    const { only } = mapping;
    if (only !== undefined) {
      const found = valueAt(document.outer, only.path);
      if (!only.values.includes(String(found))) {
        return { kind: "other", why: `it says ${String(found)} there` };
      }
    }
    const opened = open(document.outer, mapping.envelope);
    if (opened.kind !== "order") return opened;
    return { kind: "order", contents: contentsOf(opened.order, mapping) };
  };
}

type Document =
  | { readonly ok: true; readonly outer: unknown }
  | { readonly ok: false; readonly why: string };

/** A frame of a schema registry: a zero byte, four of the schema's id. */
const frameBytes = 5;

function documentIn(value: Buffer, envelope: Envelope): Document {
  const framed = value.length > frameBytes && value[0] === 0;
  if (envelope === "schema-registry" && !framed) {
    return {
      ok: false,
      why: "it has no frame of a schema registry (a zero byte and four of an id)",
    };
  }
  const read = readText(envelope === "schema-registry" ? value.subarray(frameBytes) : value);
  if (!read.ok) {
    const why = framed
      ? "it begins as a schema registry's frame does, and what is in it is not JSON (Avro, Protobuf)"
      : `its value is ${read.found}`;
    return { ok: false, why };
  }
  return parsed(read.bytes.toString("utf8"));
}

function parsed(text: string): Document {
  try {
    return { ok: true, outer: parseExactJson(text) };
  } catch {
    return { ok: false, why: "its value is not JSON" };
  }
}

type Opened =
  | { readonly kind: "order"; readonly order: unknown }
  | Exclude<ReadMessage, { kind: "order" }>;

/** A row that was written, or read when the connector began: later changes place no order. */
const placingOperations: readonly unknown[] = ["c", "r", undefined];

function open(outer: unknown, envelope: Envelope): Opened {
  if (envelope === "debezium") {
    const change = valueAt(outer, ["payload"]) ?? outer;
    const operation = valueAt(change, ["op"]);
    if (!placingOperations.includes(operation)) {
      return { kind: "other", why: `it is a change of a row (op ${String(operation)})` };
    }
    const after = valueAt(change, ["after"]);
    if (after === undefined || after === null) {
      return { kind: "unreadable", why: "it has no payload.after, as Debezium's messages have" };
    }
    return whole(after);
  }
  if (envelope === "cloudevents") {
    const data = valueAt(outer, ["data"]);
    const encoded = valueAt(outer, ["data_base64"]);
    if (data !== undefined) return whole(data);
    if (typeof encoded === "string") return whole(Buffer.from(encoded, "base64").toString("utf8"));
    return { kind: "unreadable", why: "it has no data, as CloudEvents have" };
  }
  return whole(outer);
}

/** JSON within JSON, as an outbox's payload often is. */
function whole(order: unknown): Opened {
  if (typeof order !== "string") return { kind: "order", order };
  const inner = parsed(order);
  return inner.ok
    ? { kind: "order", order: inner.outer }
    : { kind: "unreadable", why: "what is in its envelope is a text that is not JSON" };
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
