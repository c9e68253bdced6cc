import type { HttpMethod } from "../../targets/http-method.ts";
import { HttpFailure, type RequestContent } from "./exchange.ts";

/** RFC 9110, 8.6: a server may wait for the body of these until it is told that there is none. */
const mayHaveBody = new Set<HttpMethod>(["POST", "PUT", "PATCH"]);

const notInTarget = /[^!-~]/;
const notInName = /[^!#$%&'*+\-.^_`|~\w]/;
const notInValue = /[^\t -~\x80-\xff]/;

/**
 * A request as it goes over the wire, in one piece: of head and body written apart the kernel makes
 * two segments, or waits for the second.
 * @param host as the header says it.
 * @returns text where each character is one byte (latin1), else bytes.
 * @throws HttpFailure where it would be another request than was meant: a line break in a header.
 */
export function requestBytes(
  { method, path, headers, body }: RequestContent,
  host: string,
): string | Buffer {
  if (path === "" || notInTarget.test(path)) throw new HttpFailure("not a request", "its path");
  let fields = "";
  let hostGiven = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at] ?? "";
    const value = headers[at + 1] ?? "";
    if (name === "" || notInName.test(name) || notInValue.test(value))
      throw new HttpFailure("not a request", `its header ${JSON.stringify(name)}`);
    if (name.length === 4 && name.toLowerCase() === "host") hostGiven = true;
    fields += `${name}: ${value}\r\n`;
  }
  if (!hostGiven) fields = `host: ${host}\r\n${fields}`;
  const bytes = body === null ? 0 : Buffer.byteLength(body);
  const length = body !== null || mayHaveBody.has(method) ? `content-length: ${bytes}\r\n` : "";
  const head = `${method} ${path} HTTP/1.1\r\nconnection: keep-alive\r\n${fields}${length}\r\n`;
  if (body === null) return head;
  // Without any character beyond ASCII a text has as many bytes as characters.
  if (bytes === body.length) return head + body;
  return Buffer.concat([Buffer.from(head, "latin1"), Buffer.from(body)]);
}
