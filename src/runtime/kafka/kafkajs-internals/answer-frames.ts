/**
 * Kafka's framing: four bytes that say how long the answer is, then the answer. The longest that
 * brokers send by themselves is a fetch (`--fetch-bytes`), or one batch that is larger than that.
 */
export const answerBytesMax = 256 * 1024 * 1024;

const sizeBytes = 4;

/**
 * Cuts the bytes of one socket into answers. What a socket left half said ends with it: a new socket
 * takes a new one of these.
 */
export class AnswerFrames {
  #chunks: Buffer[] = [];
  #buffered = 0;
  #needed = sizeBytes;

  /**
   * @returns the answers that are whole by now, each with its length in front.
   * @throws Error when a length cannot be one: these are not the bytes of a Kafka broker, or not all.
   */
  push(bytes: Buffer): Buffer[] {
    this.#chunks.push(bytes);
    this.#buffered += bytes.length;
    const answers: Buffer[] = [];
    while (this.#buffered >= this.#needed) {
      const all = this.#chunks.length === 1 ? this.#chunks[0] : Buffer.concat(this.#chunks);
      if (all === undefined) break;
      const size = all.readInt32BE(0);
      if (size < 0 || size > answerBytesMax)
        throw new Error(`an answer of ${size} bytes is announced, which cannot be`);
      this.#needed = sizeBytes + size;
      if (all.length >= this.#needed) {
        answers.push(all.subarray(0, this.#needed));
        this.#keep(all.subarray(this.#needed));
        this.#needed = sizeBytes;
      } else this.#keep(all);
    }
    return answers;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#buffered = rest.length;
  }
}
