import { createRequire } from "node:module";
import fc from "fast-check";
import { expect, it } from "vitest";
import {
  ByteWriter,
  varIntSize,
} from "../../../../../src/runtime/kafka/kafkajs-internals/byte-writer.ts";

/** kafkajs's own: what is written must be the same. */
const Encoder = createRequire(import.meta.url)("kafkajs/src/protocol/encoder") as new () => {
  readonly buffer: Buffer;
} & Record<"writeVarInt" | "writeInt32" | "writeInt16" | "writeInt8", (value: number) => void>;

const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

it("writes what kafkajs writes, however small it began", () => {
  const numbers = fc.record({
    ...{ var: int32, i32: int32 },
    i16: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
    i8: fc.integer({ min: -128, max: 127 }),
  });
  fc.assert(
    fc.property(fc.array(numbers, { maxLength: 20 }), (all) => {
      const ours = new ByteWriter(1);
      const theirs = new Encoder();
      for (const each of all) {
        ours.varInt(each.var);
        ours.int32(each.i32);
        ours.int16(each.i16);
        ours.int8(each.i8);
        theirs.writeVarInt(each.var);
        theirs.writeInt32(each.i32);
        theirs.writeInt16(each.i16);
        theirs.writeInt8(each.i8);
      }
      expect(ours.written.equals(theirs.buffer)).toBe(true);
    }),
  );
});

it("knows how many bytes a variable-length number takes", () => {
  fc.assert(
    fc.property(int32, (value) => {
      const writer = new ByteWriter(0);
      writer.varInt(value);
      expect(writer.length).toBe(varIntSize(value));
    }),
  );
});

it("fills in a number that is known later, and text by its bytes", () => {
  const writer = new ByteWriter(2);
  const at = writer.skipInt32();
  writer.text("é", 2);
  writer.int64(-2n);
  writer.setInt32(at, writer.length - 4);
  expect(writer.written.toString("hex")).toBe("0000000ac3a9fffffffffffffffe");
});
