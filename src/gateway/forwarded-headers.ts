import type { IncomingHttpHeaders } from "node:http";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Of one connection, not of the message (RFC 9110, 7.6.1). Expect is answered here. */
const ofOneHop: ReadonlySet<string> = new Set([
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "http2-settings", "proxy-authenticate", "proxy-authorization", "expect"],
]);

/**
 * Of a request's what is said anew: who a client says that it is (only what the gateway saw is passed
 * on), the length, and the state of a trace that may not be passed on.
 */
const saidAnew: ReadonlySet<string> = new Set([
  ...["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip"],
  ...["content-length", "traceparent", "tracestate"],
]);
const nothing: ReadonlySet<string> = new Set();

export interface Hop {
  /** From the client to whoever connected, by their addresses: as far as they are trusted. */
  readonly addresses: readonly string[];
  readonly traceparent: string;
  /** undefined: none. */
  readonly bodyBytes: number | undefined;
}

/**
 * Pure: what an upstream is told. The body has been read whole, so that its length is what was
 * counted, never what was claimed.
 * @param headers as Node gives them, but `host`, which is the upstream's.
 */
export function requestHeaders(
  headers: IncomingHttpHeaders,
  clientHost: string | undefined,
  { addresses, traceparent, bodyBytes }: Hop,
): Record<string, string | string[]> {
  const kept = endToEnd(headers, saidAnew);
  // Another's state means nothing beside a trace that begins here.
  if (headers.tracestate !== undefined && headers.traceparent === traceparent)
    kept.tracestate = textOf(headers.tracestate);
  kept.traceparent = traceparent;
  kept["x-forwarded-for"] = addresses.join(", ");
  kept["x-forwarded-proto"] = "http";
  if (clientHost !== undefined) kept["x-forwarded-host"] = clientHost;
  if (bodyBytes !== undefined) kept["content-length"] = String(bodyBytes);
  return kept;
}

/** Pure: what a client is told of an upstream's answer. */
export function answerHeaders(headers: Headers): Record<string, string | string[]> {
  return endToEnd(headers, nothing);
}

/** For each request twice: one pass, and no set is made where `connection` names no header. */
function endToEnd(
  headers: Headers,
  dropped: ReadonlySet<string>,
): Record<string, string | string[]> {
  const named = namedIn(headers.connection);
  const kept: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lower = name.toLowerCase();
    // To assign this one would say what the object's prototype is.
    if (value === undefined || lower === "__proto__") continue;
    if (ofOneHop.has(lower) || dropped.has(lower) || named.has(lower)) continue;
    kept[name] = textOf(value);
  }
  return kept;
}

function namedIn(connection: Headers[string]): ReadonlySet<string> {
  if (connection === undefined || connection === "keep-alive" || connection === "close")
    return nothing;
  const names = String(connection).split(",");
  return new Set(names.map((name) => name.trim().toLowerCase()));
}

function textOf(value: string | readonly string[]): string | string[] {
  return typeof value === "string" ? value : [...value];
}
