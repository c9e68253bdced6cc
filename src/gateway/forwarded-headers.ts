import type { IncomingHttpHeaders } from "node:http";

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Of one connection, not of the message (RFC 9110, 7.6.1). Expect is answered here. */
const ofOneHop = [
  ...["connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding"],
  ...["upgrade", "http2-settings", "proxy-authenticate", "proxy-authorization", "expect"],
];

/** Who a client says that it is: only what the gateway saw is passed on. */
const claims = [
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "x-real-ip",
];

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
  const { "content-length": _, tracestate, ...kept } = endToEnd(headers);
  for (const name of claims) delete kept[name];
  return {
    ...kept,
    // Another's state means nothing beside a trace that begins here.
    ...(tracestate !== undefined && headers.traceparent === traceparent ? { tracestate } : {}),
    traceparent,
    "x-forwarded-for": addresses.join(", "),
    "x-forwarded-proto": "http",
    ...(clientHost === undefined ? {} : { "x-forwarded-host": clientHost }),
    ...(bodyBytes === undefined ? {} : { "content-length": String(bodyBytes) }),
  };
}

/** Pure: what a client is told of an upstream's answer. */
export function answerHeaders(headers: Headers): Record<string, string | string[]> {
  return endToEnd(headers);
}

function endToEnd(headers: Headers): Record<string, string | string[]> {
  const named = String(headers.connection ?? "")
    .split(",")
    .map((name) => name.trim().toLowerCase());
  const dropped = new Set([...ofOneHop, ...named]);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined || dropped.has(name.toLowerCase())
        ? []
        : [[name, typeof value === "string" ? value : [...value]]],
    ),
  );
}
