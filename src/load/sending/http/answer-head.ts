import { HttpFailure } from "./exchange.ts";

/** What of an answer's head matters to whoever reads on. */
export interface AnswerHead {
  readonly status: number;
  /** How long the body is: so many bytes, in chunks, or all until the connection ends. */
  readonly framing: number | "chunked" | "until the end";
  /** Whether the connection may carry another request. */
  readonly keepAlive: boolean;
  /** For how long it may be idle before the server closes it, as the server says; undefined: it does not. */
  readonly idleSecondsMax: number | undefined;
}

/** RFC 9112, 4 and 5, and no more: what reads loosely takes the end of one answer for another's. */
const headPattern =
  /^HTTP\/1\.([01]) ([1-9]\d\d)(?: [\t -~\x80-\xff]*)?(?:\r\n[!#$%&'*+\-.^_`|~\w]+:[\t -~\x80-\xff]*)*$/;
const framingPattern =
  /\r\n(content-length|transfer-encoding|connection|keep-alive):[ \t]*([^\r]*)/gi;
const noBody = new Set([204, 304]);

let lastText = "";
let lastHead: AnswerHead | undefined;

/**
 * Of the answers of one second nearly all begin with the same text: what it means is kept of the last.
 * @param text without the empty line that ends it, a character for each byte.
 * @throws HttpFailure where it is none.
 */
export function readAnswerHead(text: string): AnswerHead {
  if (lastHead !== undefined && text === lastText) return lastHead;
  lastHead = parseAnswerHead(text);
  lastText = text;
  return lastHead;
}

function parseAnswerHead(text: string): AnswerHead {
  const [, minor, statusText] = headPattern.exec(text) ?? [];
  if (statusText === undefined) throw new HttpFailure("not HTTP", "an answer's head");
  const status = Number(statusText);
  let length: string | undefined;
  const codings: string[] = [];
  const options: string[] = [];
  let idleSecondsMax: number | undefined;
  for (const [, name = "", given = ""] of text.matchAll(framingPattern)) {
    const value = given.trimEnd().toLowerCase();
    const field = name.toLowerCase();
    if (field === "content-length") {
      if (!/^\d{1,15}$/.test(value) || (length !== undefined && length !== value))
        throw new HttpFailure("not HTTP", "an answer's Content-Length");
      length = value;
    } else if (field === "transfer-encoding") codings.push(...listed(value));
    else if (field === "connection") options.push(...listed(value));
    else idleSecondsMax = Number(/(?:^|[\s,;])timeout=(\d{1,9})/.exec(value)?.[1] ?? Number.NaN);
  }
  // One of them would be believed here and the other elsewhere on the way.
  if (length !== undefined && codings.length > 0)
    throw new HttpFailure("not HTTP", "Content-Length beside Transfer-Encoding");
  const framing = framingOf(status, length, codings);
  const asked = minor === "1" ? !options.includes("close") : options.includes("keep-alive");
  return {
    ...{ status, framing, keepAlive: asked && framing !== "until the end" && status !== 101 },
    idleSecondsMax: Number.isNaN(idleSecondsMax) ? undefined : idleSecondsMax,
  };
}

/** RFC 9112, 6.3. */
function framingOf(
  status: number,
  length: string | undefined,
  codings: readonly string[],
): AnswerHead["framing"] {
  if (status < 200 || noBody.has(status)) return 0;
  if (codings.length > 0) return codings.at(-1) === "chunked" ? "chunked" : "until the end";
  return length === undefined ? "until the end" : Number(length);
}

function listed(value: string): readonly string[] {
  return value
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "");
}
