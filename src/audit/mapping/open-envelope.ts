import { parseExactJson } from "../../order/parse-exact-json.ts";
import { readText } from "../../order/read-text.ts";
import { valueAt } from "./field-path.ts";
import type { Envelope } from "./mapping.ts";

/** A message in which no placed order can be read. */
export type NoOrder =
  /** It is no order that is placed: another event of the topic, or a change of one. */
  | { readonly kind: "other"; readonly why: string }
  | { readonly kind: "unreadable"; readonly why: string };

export type Document =
  | { readonly ok: true; readonly outer: unknown }
  | { readonly ok: false; readonly why: string };

/** A frame of a schema registry: a zero byte, four of the schema's id. */
const frameBytes = 5;

/** Pure. The JSON of a message, out of its frame. */
export function readDocument(value: Buffer, envelope: Envelope): Document {
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

export type Opened = { readonly kind: "order"; readonly order: unknown } | NoOrder;

/** A row that was written, or read when the connector began: later changes place no order. */
const placingOperations: readonly unknown[] = ["c", "r", undefined];

/** Pure. The order in what is around it. */
export function openEnvelope(outer: unknown, envelope: Envelope): Opened {
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
