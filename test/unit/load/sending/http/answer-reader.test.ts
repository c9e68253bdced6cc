import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AnswerReader,
  type ReadAnswer,
} from "../../../../../src/load/sending/http/answer-reader.ts";

/** Reads it in pieces of these lengths, over and over, out of one buffer that is written over each time. */
function readIn(
  text: string | Buffer,
  lengths: readonly number[] = [1e9],
  reader = new AnswerReader(),
) {
  const bytes = Buffer.from(text);
  const received = Buffer.alloc(bytes.length);
  let answer: ReadAnswer | undefined;
  let at = 0;
  for (let n = 0; at < bytes.length && answer === undefined; n++) {
    const length = Math.min(lengths[n % lengths.length] ?? 1, bytes.length - at);
    bytes.copy(received, 0, at, at + length);
    answer = reader.read(received.subarray(0, length));
    received.fill(0x58);
    at += length;
  }
  return { answer, reader, leftBytes: bytes.length - at };
}

const statusAndBody = (text: string | Buffer, lengths?: readonly number[]) => {
  const { answer, reader } = readIn(text, lengths);
  const whole = answer ?? reader.atEnd();
  return whole && [whole.head.status, whole.body];
};

const lengthsOf = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 6 });

describe("an answer", () => {
  it("is the same however it was cut, counted or in chunks", () => {
    fc.assert(
      fc.property(
        ...[fc.integer({ min: 200, max: 599 }), fc.string({ unit: "binary", maxLength: 200 })],
        ...[fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 5 }), lengthsOf],
        (status, text, chunks, lengths) => {
          fc.pre(status !== 204 && status !== 304);
          const body = Buffer.from(text);
          const head = `HTTP/1.1 ${status} Said\r\nDate: now\r\n`;
          const counted = Buffer.concat([
            Buffer.from(`${head}Content-Length: ${body.length}\r\n\r\n`),
            body,
          ]);
          expect(statusAndBody(counted, lengths)).toEqual([status, body.toString()]);
          const parts = [Buffer.from(`${head}transfer-encoding: chunked\r\n\r\n`)];
          let at = 0;
          for (const size of [...chunks, body.length]) {
            const chunk = body.subarray(at, at + size);
            at += chunk.length;
            if (chunk.length > 0)
              parts.push(
                Buffer.from(`${chunk.length.toString(16)};note=1\r\n`),
                ...[chunk, Buffer.from("\r\n")],
              );
          }
          parts.push(Buffer.from("0\r\nChecked: yes\r\n\r\n"));
          expect(statusAndBody(Buffer.concat(parts), lengths)).toEqual([status, body.toString()]);
        },
      ),
    );
  });

  it("lasts until the connection's end where nothing says how long it is", () => {
    expect(statusAndBody("HTTP/1.1 200 OK\r\n\r\nall of it", [3])).toEqual([200, "all of it"]);
    expect(statusAndBody("HTTP/1.0 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nzip")).toEqual([
      ...[200, "zip"],
    ]);
    const { reader } = readIn("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf");
    expect(reader.atEnd()).toBeUndefined();
  });

  it("has no body where its status says so, whatever its head says", () => {
    for (const status of [204, 304]) {
      const { answer } = readIn(`HTTP/1.1 ${status} None\r\ncontent-length: 5\r\n\r\n`);
      expect(answer).toMatchObject({ head: { status, keepAlive: true }, body: "" });
    }
  });

  it("comes after those that only announce it", () => {
    const announced = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nlink: x\r\n\r\n";
    const final = "HTTP/1.1 202 Accepted\r\ncontent-length: 2\r\n\r\n{}";
    for (const lengths of [[1], [7], [1e9]])
      expect(statusAndBody(announced + final, lengths)).toEqual([202, "{}"]);
    const { answer } = readIn("HTTP/1.1 101 Switching\r\n\r\nsomething else");
    expect(answer).toMatchObject({ head: { status: 101, keepAlive: false } });
  });

  it("says whether the connection carries another request, and for how long it waits for it", () => {
    const head = (lines: string, version = "1.1") =>
      readIn(`HTTP/${version} 200 OK\r\ncontent-length: 0\r\n${lines}\r\n`).answer?.head;
    expect(head("")?.keepAlive).toBe(true);
    expect(head("Connection: Close\r\n")?.keepAlive).toBe(false);
    expect(head("connection: x\r\nconnection: y , close\r\n")?.keepAlive).toBe(false);
    expect(head("", "1.0")?.keepAlive).toBe(false);
    expect(head("Connection: Keep-Alive\r\n", "1.0")?.keepAlive).toBe(true);
    expect(head("")?.idleSecondsMax).toBeUndefined();
    expect(head("Keep-Alive: timeout=5, max=100\r\n")?.idleSecondsMax).toBe(5);
    expect(head("Keep-Alive: max=3\r\n")?.idleSecondsMax).toBeUndefined();
  });

  it("tells how many bytes came that are not its own", () => {
    const text = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP";
    expect(readIn(text).reader.surplusBytes).toBe(4);
    expect(readIn(text.slice(0, -4)).reader.surplusBytes).toBe(0);
    const chunked = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nH";
    expect(readIn(chunked).reader.surplusBytes).toBe(1);
  });

  it("is read after another by the same reader", () => {
    const reader = new AnswerReader();
    for (const body of ["first", "", "third"])
      for (const lengths of [[4], [1e9]])
        expect(
          readIn(
            `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
            lengths,
            reader,
          ).answer?.body,
        ).toBe(body);
  });
});

const ok = "HTTP/1.1 200 OK\r\n";

describe("what is refused", () => {
  const notHttp: Readonly<Record<string, string>> = {
    "another protocol": "SSH-2.0-OpenSSH_9.2\r\n",
    "another version": "HTTP/2 200\r\n\r\n",
    "a status of two digits": "HTTP/1.1 20 OK\r\n\r\n",
    "no status": "HTTP/1.1 OK\r\n\r\n",
    "lines that end in a line feed alone": "HTTP/1.1 200 OK\ncontent-length: 0\n\n",
    "a folded line": `${ok}a: b\r\n c\r\n\r\n`,
    "a blank before the colon": `${ok}content-length : 0\r\n\r\n`,
    "a line without a colon": `${ok}content-length\r\n\r\n`,
    "a lone carriage return": `${ok}a: b\rcontent-length: 3\r\n\r\n`,
    "a zero byte": `${ok}a: \0\r\n\r\n`,
    "two lengths": `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
    "a list of lengths": `${ok}content-length: 1, 1\r\n\r\n`,
    "a length below zero": `${ok}content-length: -1\r\n\r\n`,
    "a length of nothing": `${ok}content-length:\r\n\r\n`,
    "a length beside chunks": `${ok}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n`,
    "a chunk without a size": `${ok}transfer-encoding: chunked\r\n\r\n\r\n`,
    "a chunk of a size below zero": `${ok}transfer-encoding: chunked\r\n\r\n-1\r\n`,
    "a chunk longer than it said": `${ok}transfer-encoding: chunked\r\n\r\n1\r\nab\r\n`,
    "a chunk that ends in a line feed alone": `${ok}transfer-encoding: chunked\r\n\r\n1\na\n`,
    "a chunk's line without end": `${ok}transfer-encoding: chunked\r\n\r\n1;${"x".repeat(5_000)}`,
    "trailers without end": `${ok}transfer-encoding: chunked\r\n\r\n0\r\n${"a: b\r\n".repeat(9_000)}`,
  };
  for (const [what, text] of Object.entries(notHttp))
    it(`is ${what}, also byte by byte`, () => {
      for (const lengths of [[1e9], [1]])
        expect(() => readIn(text, lengths)).toThrow(
          expect.objectContaining({ trouble: "not HTTP" }),
        );
    });

  const tooLarge: Readonly<Record<string, string>> = {
    "a head beyond 16 KiB": `${ok}${"a: bcdefghij\r\n".repeat(1_500)}`,
    "a whole head beyond 16 KiB": `${ok}${"a: bcdefghij\r\n".repeat(1_500)}\r\n`,
    "a length beyond 1 MiB": `${ok}content-length: 1048577\r\n\r\n`,
    "chunks beyond 1 MiB": `${ok}transfer-encoding: chunked\r\n\r\n100001\r\n${"x".repeat(1_048_577)}`,
    "a body beyond 1 MiB until the end": `${ok}\r\n${"x".repeat(1_048_577)}`,
  };
  for (const [what, text] of Object.entries(tooLarge))
    it(`is ${what}`, () => {
      for (const lengths of [[1e9], [1_000]])
        expect(() => readIn(text, lengths)).toThrow(
          expect.objectContaining({ trouble: "answer too large" }),
        );
    });

  it("is said within a reasonable time of a head that was made to take long", () => {
    const text = `${ok}${"a:".repeat(8_000)}`;
    const fromMs = performance.now();
    expect(() => readIn(`${text}\x01\r\n\r\n`)).toThrow();
    expect(performance.now() - fromMs).toBeLessThan(1_000);
  });
});
