import { HttpFailure } from "./exchange.ts";

/** Of one line of framing; of all the fields after the last chunk. */
const lineBytesMax = 4 * 1_024;
const trailerBytesMax = 16 * 1_024;

const lineFeed = 10;

/** Reads one body in chunks (RFC 9112, 7.1), however it is cut into what a connection receives. */
export class ChunkedBody {
  #expects: "size" | "data" | "end of data" | "trailer" = "size";
  /** Of the chunk, what is still to come. */
  #leftBytes = 0;
  /** The beginning of a line that is not whole. */
  #line = "";
  #trailerBytes = 0;

  /**
   * @param keep told of each stretch that is data.
   * @returns where the body ends; undefined: beyond these.
   * @throws HttpFailure where it is none.
   */
  read(bytes: Buffer, from: number, keep: (from: number, to: number) => void): number | undefined {
    let at = from;
    while (at < bytes.length) {
      if (this.#expects === "data") {
        const to = Math.min(bytes.length, at + this.#leftBytes);
        keep(at, to);
        this.#leftBytes -= to - at;
        at = to;
        if (this.#leftBytes === 0) this.#expects = "end of data";
        continue;
      }
      const end = bytes.indexOf(lineFeed, at);
      const to = end < 0 ? bytes.length : end + 1;
      this.#line += bytes.toString("latin1", at, to);
      at = to;
      if (this.#line.length > lineBytesMax) throw notChunked();
      if (end < 0) break;
      if (!this.#line.endsWith("\r\n")) throw notChunked();
      const line = this.#line.slice(0, -2);
      this.#line = "";
      if (this.#ends(line)) return at;
    }
    return undefined;
  }

  /** @returns whether this line was the body's last. */
  #ends(line: string): boolean {
    if (this.#expects === "trailer") {
      this.#trailerBytes += line.length;
      if (this.#trailerBytes > trailerBytesMax) throw notChunked();
      return line === "";
    }
    if (this.#expects === "end of data") {
      if (line !== "") throw notChunked();
      this.#expects = "size";
      return false;
    }
    const size = /^([\da-f]{1,8})[ \t]*(?:;[\t -~\x80-\xff]*)?$/i.exec(line)?.[1];
    if (size === undefined) throw notChunked();
    this.#leftBytes = Number.parseInt(size, 16);
    this.#expects = this.#leftBytes === 0 ? "trailer" : "data";
    return false;
  }
}

function notChunked(): HttpFailure {
  return new HttpFailure("not HTTP", "a body in chunks");
}
