import { parseExactJson } from "../../../order/parse-exact-json.ts";
import { type FieldPath, valueAt } from "../field-path.ts";
import type { Envelope, OrderField } from "../mapping.ts";
import { openEnvelope, readDocument } from "../open-envelope.ts";
import { assign, type Candidate, type Guess, likenessOf } from "./likeness.ts";

export interface MessageGuess {
  readonly envelope: Envelope;
  /** Paths by their text. */
  readonly fields: Readonly<Record<OrderField, Guess<FieldPath>>>;
  /** A field outside of the envelope's data that tells several kinds of messages apart. */
  readonly kinds: { readonly path: FieldPath; readonly values: readonly string[] } | undefined;
}

const wanted: Readonly<Record<Exclude<OrderField, "items">, readonly string[]>> = {
  order_id: [
    "order_id",
    "order_no",
    "order_number",
    "order_uuid",
    "order",
    "id",
    "uuid",
    "nr",
    "no",
  ],
  customer_id: [
    "customer_id",
    "customer",
    "customer_no",
    "client",
    "buyer",
    "account",
    "user",
    "kunde",
  ],
  product_id: ["product_id", "product", "sku", "article", "item", "variant", "artikel", "good"],
  quantity: ["quantity", "qty", "pieces", "units", "menge", "count"],
  amount: [
    "amount",
    "total",
    "total_cents",
    "total_price",
    "total_amount",
    "sum",
    "value",
    "cents",
    "betrag",
  ],
  price: ["price", "unit_price", "price_cents", "unit_cents", "each", "cents"],
};
const itemNames = ["items", "lines", "order_lines", "positions", "products", "positionen"];
const kindNames = ["type", "event_type", "event", "kind", "event_name"];

/**
 * Pure. How the orders of these messages are written, as far as it shows.
 * @returns undefined where none of them is JSON.
 */
export function guessMessage(values: readonly Buffer[]): MessageGuess | undefined {
  const envelope = envelopeOf(values);
  const documents = values.flatMap((value) => documentIn(value, envelope));
  if (documents.length === 0) return undefined;
  const inner = documents.map(({ order }) => order);
  const top = leavesOf(inner, false);
  const items = itemsOf(inner);
  const rows = items === undefined ? [] : inner.flatMap((order) => arrayAt(order, items.path));
  const ofItem = items === undefined ? top : leavesOf(rows, false);
  const orderOf = (field: "order_id" | "customer_id" | "amount") =>
    scored(top, wanted[field], field);
  const lineOf = (field: "product_id" | "quantity" | "price") =>
    scored(ofItem, wanted[field], field);
  // Where there are items, their fields are others than the order's own.
  const { order_id, customer_id, amount, product_id, quantity, price } = assign({
    ...{ order_id: orderOf("order_id"), customer_id: orderOf("customer_id") },
    ...{ product_id: lineOf("product_id"), quantity: lineOf("quantity") },
    ...{ amount: orderOf("amount"), price: lineOf("price") },
  });
  return {
    envelope,
    fields: {
      ...{ order_id, customer_id, product_id, quantity, amount, price },
      items: { best: items && { name: items.path, score: items.score }, others: [] },
    },
    kinds: kindsOf(documents.map(({ outer }) => outer)),
  };
}

function envelopeOf(values: readonly Buffer[]): Envelope {
  const votes = values.map((value): Envelope => {
    if (value[0] === 0) return "schema-registry";
    const outer = jsonIn(value);
    if (valueAt(outer, ["payload", "after"]) !== undefined) return "debezium";
    if (valueAt(outer, ["op"]) !== undefined && valueAt(outer, ["after"]) !== undefined) {
      return "debezium";
    }
    const isEvent = valueAt(outer, ["specversion"]) !== undefined;
    return isEvent && valueAt(outer, ["data"]) !== undefined ? "cloudevents" : "none";
  });
  const count = (envelope: Envelope) => votes.filter((each) => each === envelope).length;
  const kinds = ["debezium", "cloudevents", "schema-registry", "none"] as const;
  return [...kinds].sort((a, b) => count(b) - count(a))[0] ?? "none";
}

function documentIn(
  value: Buffer,
  envelope: Envelope,
): readonly { readonly outer: unknown; readonly order: object }[] {
  const document = readDocument(value, envelope);
  if (!document.ok) return [];
  const { outer } = document;
  const opened = openEnvelope(outer, envelope);
  if (opened.kind !== "order" || typeof opened.order !== "object") return [];
  return opened.order === null ? [] : [{ outer, order: opened.order }];
}

function jsonIn(value: Buffer): unknown {
  try {
    return parseExactJson(value.toString("utf8"));
  } catch {
    return undefined;
  }
}

interface Leaf {
  readonly path: FieldPath;
  readonly kind: "number" | "text" | "list";
}

const depthMax = 5;
const leavesMax = 500;

/** Paths to plain values, of all documents together. */
function leavesOf(documents: readonly unknown[], lists: boolean): readonly Leaf[] {
  const found = new Map<string, Leaf>();
  const walk = (value: unknown, path: FieldPath): void => {
    if (found.size >= leavesMax || path.length > depthMax) return;
    const put = (kind: Leaf["kind"]) => found.set(JSON.stringify(path), { path, kind });
    if (Array.isArray(value)) {
      if (lists) put("list");
    } else if (typeof value === "object" && value !== null) {
      for (const [name, each] of Object.entries(value)) walk(each, [...path, name]);
    } else if (typeof value === "number") put("number");
    else if (typeof value === "string") put("text");
  };
  for (const document of documents) walk(document, []);
  return [...found.values()];
}

function itemsOf(
  documents: readonly unknown[],
): { readonly path: FieldPath; readonly score: number } | undefined {
  const lists = leavesOf(documents, true).filter(({ kind }) => kind === "list");
  const candidates = lists.flatMap(({ path }) => {
    const rows = documents.flatMap((document) => arrayAt(document, path));
    const leaves = leavesOf(rows, false);
    const has = (field: "product_id" | "quantity") =>
      scored(leaves, wanted[field], field).length > 0;
    if (!has("product_id") || !has("quantity")) return [];
    return [{ path, score: Math.max(60, likenessOf(path.at(-1) ?? "", itemNames)) }];
  });
  return candidates.sort((a, b) => b.score - a.score)[0];
}

function arrayAt(document: unknown, path: FieldPath): readonly unknown[] {
  const value = valueAt(document, path);
  return Array.isArray(value) ? value : [];
}

function scored(
  leaves: readonly Leaf[],
  names: readonly string[],
  field: OrderField,
): readonly Candidate<FieldPath>[] {
  const counts = field === "quantity" || field === "amount" || field === "price";
  return leaves.flatMap(({ path, kind }) => {
    if (counts && kind !== "number") return [];
    const score = likenessOf(path.at(-1) ?? "", names, path.slice(0, -1));
    // What stands deeper is more often of something else.
    return score === 0 ? [] : [{ name: path, score: score - 3 * (path.length - 1) }];
  });
}

function kindsOf(outers: readonly unknown[]): MessageGuess["kinds"] {
  for (const name of kindNames) {
    const values = outers.map((outer) => {
      const key = Object.keys((outer ?? {}) as object).find(
        (each) => likenessOf(each, [name]) === 100,
      );
      return { key, value: key === undefined ? undefined : valueAt(outer, [key]) };
    });
    const key = values.find((each) => each.key !== undefined)?.key;
    const texts = [...new Set(values.map(({ value }) => value))].filter(
      (value) => typeof value === "string",
    );
    if (key !== undefined && texts.length > 1) return { path: [key], values: texts.slice(0, 10) };
  }
  return undefined;
}
