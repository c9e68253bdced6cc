import { type AnswerHead, readAnswerHead } from "./answer-head.ts";
import { ChunkedBody } from "./chunked-body.ts";
import { HttpFailure } from "./exchange.ts";

export interface ReadAnswer {
  readonly head: AnswerHead;
  readonly body: string;
}

/** As Node has it. */
const headBytesMax = 16 * 1_024;
const bodyBytesMax = 1_048_576;

const emptyLine = Buffer.from("\r\n\r\n");
const beginning = "HTTP/1.";
const [lineFeed, carriageReturn] = [10, 13];

/** Reads one answer from what a connection receives, and then the next. */
export class AnswerReader {
  #head: AnswerHead | undefined;
  /** Of a head that is not whole. */
  #begun: Buffer | undefined;
  #pieces: Buffer[] = [];
  #bodyBytes = 0;
  #chunked: ChunkedBody | undefined;
  /** How many bytes came after the last answer's end. */
  surplusBytes = 0;

  /**
   * @param bytes may be written over afterwards: what is kept of it is a copy.
   * @returns the answer when this was its last part.
   * @throws HttpFailure where it is no HTTP, or too large. No reading afterwards.
   */
  read(bytes: Buffer): ReadAnswer | undefined {
    const head = this.#head;
    return head === undefined ? this.#readHead(bytes) : this.#readBody(head, bytes, 0);
  }

  /** @returns the answer that lasts until the connection's end, where it is one. */
  atEnd(): ReadAnswer | undefined {
    const head = this.#head;
    return head?.framing === "until the end" ? this.#whole(head, this.#kept()) : undefined;
  }

  #readHead(received: Buffer): ReadAnswer | undefined {
    const bytes = this.#begun === undefined ? received : Buffer.concat([this.#begun, received]);
    this.#begun = undefined;
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(emptyLine, at);
      if (end < 0 || end - at > headBytesMax) {
        this.#keepHead(bytes.subarray(at));
        break;
      }
      const head = readAnswerHead(bytes.toString("latin1", at, end));
      at = end + emptyLine.length;
      // Those that announce another one are passed over; after 101 comes what is no HTTP.
      if (head.status < 200 && head.status !== 101) continue;
      this.#head = head;
      return this.#readBody(head, bytes, at);
    }
    return undefined;
  }

  #keepHead(bytes: Buffer): void {
    const begun = bytes.toString("latin1", 0, beginning.length);
    if (!beginning.startsWith(begun)) throw new HttpFailure("not HTTP", "an answer's beginning");
    if (bytes.length > headBytesMax) throw new HttpFailure("answer too large", "its head");
    for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1))
      if (bytes[at - 1] !== carriageReturn) throw new HttpFailure("not HTTP", "a line's end");
    this.#begun = Buffer.from(bytes);
  }

  #readBody(head: AnswerHead, bytes: Buffer, at: number): ReadAnswer | undefined {
    const { framing } = head;
    if (typeof framing === "number") return this.#readCounted(head, framing, bytes, at);
    if (framing === "until the end") {
      this.#keep(bytes, at, bytes.length);
      return undefined;
    }
    this.#chunked ??= new ChunkedBody();
    const end = this.#chunked.read(bytes, at, (from, to) => this.#keep(bytes, from, to));
    if (end === undefined) return undefined;
    this.surplusBytes = bytes.length - end;
    return this.#whole(head, this.#kept());
  }

  #readCounted(
    head: AnswerHead,
    length: number,
    bytes: Buffer,
    at: number,
  ): ReadAnswer | undefined {
    if (length > bodyBytesMax) throw new HttpFailure("answer too large");
    const end = at + length - this.#bodyBytes;
    if (end > bytes.length) {
      this.#keep(bytes, at, bytes.length);
      return undefined;
    }
    this.surplusBytes = bytes.length - end;
    // As a rule it came in one piece, and nothing is copied.
    if (this.#bodyBytes === 0) return this.#whole(head, bytes.toString("utf8", at, end));
    this.#keep(bytes, at, end);
    return this.#whole(head, this.#kept());
  }

  #keep(bytes: Buffer, from: number, to: number): void {
    this.#bodyBytes += to - from;
    if (this.#bodyBytes > bodyBytesMax) throw new HttpFailure("answer too large");
    if (to > from) this.#pieces.push(Buffer.from(bytes.subarray(from, to)));
  }

  #kept(): string {
    return Buffer.concat(this.#pieces).toString("utf8");
  }

  #whole(head: AnswerHead, body: string): ReadAnswer {
    this.#head = undefined;
    if (this.#bodyBytes > 0) {
      this.#pieces = [];
      this.#bodyBytes = 0;
    }
    this.#chunked = undefined;
    return { head, body };
  }
}
