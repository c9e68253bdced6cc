import { describe, expect, it } from "vitest";
import type { RequestContent } from "../../../../../src/load/sending/http/exchange.ts";
import { requestBytes } from "../../../../../src/load/sending/http/request-bytes.ts";

const content = (given: Partial<RequestContent> = {}): RequestContent => ({
  ...{ method: "POST", path: "/order?a=1", headers: ["x-key", "7"], body: "{}" },
  ...given,
});

describe("a request's bytes", () => {
  it("are one piece", () => {
    expect(requestBytes(content(), "here:80")).toBe(
      "POST /order?a=1 HTTP/1.1\r\nconnection: keep-alive\r\nhost: here:80\r\nx-key: 7\r\ncontent-length: 2\r\n\r\n{}",
    );
  });

  it("count a body in bytes, not in characters", () => {
    for (const body of ["Müller", "𝟛€", "\u{10ffff}"]) {
      const bytes = requestBytes(content({ body, headers: ["x", "\xe4"] }), "here");
      expect(Buffer.isBuffer(bytes)).toBe(true);
      const text = bytes.toString("latin1");
      expect(text).toContain("x: \xe4\r\n");
      expect(text).toContain(`content-length: ${Buffer.byteLength(body)}\r\n\r\n`);
      const at = text.indexOf("\r\n\r\n") + 4;
      expect((bytes as Buffer).subarray(at).toString()).toBe(body);
    }
  });

  it("say that there is no body where one could be waited for", () => {
    expect(requestBytes(content({ body: null }), "here")).toContain("content-length: 0\r\n\r\n");
    const get = requestBytes(content({ method: "GET", body: null }), "here");
    expect(get).not.toContain("content-length");
  });

  it("carry the host that was given instead of the connection's", () => {
    const bytes = requestBytes(content({ headers: ["Host", "other"] }), "here");
    expect(String(bytes).match(/^host:.*/gim)).toEqual(["Host: other"]);
  });

  it("are none where they would say something else than was meant", () => {
    const wrong: readonly Partial<RequestContent>[] = [
      ...[{ path: "" }, { path: "/a b" }, { path: "/a\r\nx: y" }, { path: "/ä" }],
      ...[{ headers: ["a", "b\r\nc: d"] }, { headers: ["a", "b\n"] }, { headers: ["a", "\0"] }],
      ...[{ headers: ["a b", "c"] }, { headers: ["", "c"] }, { headers: ["a:", "c"] }],
      ...[{ headers: ["a", "€"] }],
    ];
    for (const given of wrong)
      expect(() => requestBytes(content(given), "here")).toThrow(
        expect.objectContaining({ trouble: "not a request" }),
      );
  });
});
