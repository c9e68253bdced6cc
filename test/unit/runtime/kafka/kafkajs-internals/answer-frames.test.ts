import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  AnswerFrames,
  answerBytesMax,
} from "../../../../../src/runtime/kafka/kafkajs-internals/answer-frames.ts";

const framed = (content: Uint8Array) => {
  const head = Buffer.alloc(4);
  head.writeInt32BE(content.length);
  return Buffer.concat([head, content]);
};

describe("AnswerFrames", () => {
  it("gives the answers as they were sent, however the network cuts them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 30 }),
        (contents, sizes) => {
          const sent = contents.map(framed);
          const bytes = Buffer.concat(sent);
          const frames = new AnswerFrames();
          const got: Buffer[] = [];
          let at = 0;
          for (const size of [...sizes, bytes.length + 1]) {
            got.push(...frames.push(bytes.subarray(at, at + size)));
            at += size;
          }
          expect(got.map(String)).toEqual(sent.map(String));
        },
      ),
    );
  });

  it.each([
    -1,
    -2_147_483_648,
    answerBytesMax + 1,
    2_147_483_647,
  ])("refuses a length of %i at once, instead of waiting for that many bytes", (length) => {
    const head = Buffer.alloc(4);
    head.writeInt32BE(length);
    expect(() => new AnswerFrames().push(head)).toThrow(`${length} bytes`);
  });
});
