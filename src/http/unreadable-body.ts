import type { IncomingHttpHeaders } from "node:http";
import { describeFound } from "../order/describe-found.ts";

/** @returns why a body with these headers is not read, or undefined. */
export function unreadableBody(headers: IncomingHttpHeaders): string | undefined {
  const coding = headers["content-encoding"]?.trim() ?? "";
  if (coding !== "" && coding.toLowerCase() !== "identity")
    return `the body must not be compressed; found Content-Encoding ${describeFound(coding)}`;
  const charset = /;\s*charset\s*=\s*"?([^\s;"]*)/i.exec(headers["content-type"] ?? "")?.[1];
  if (charset !== undefined && !/^(utf-?8|us-ascii)$/i.test(charset))
    return `the body must be UTF-8; found charset ${describeFound(charset)}`;
  return undefined;
}
