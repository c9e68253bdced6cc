import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  lz4Codec,
  snappyCodec,
  zstdCodec,
  zstdWasm,
} from "../../../../../src/runtime/kafka/records/register-codecs.ts";

const codecs = { snappy: snappyCodec, lz4: lz4Codec, zstd: zstdCodec, "zstd (wasm)": zstdWasm };
const bytes = fc
  .tuple(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 600 }))
  .map(([chunk, times]) => Buffer.concat(Array<Uint8Array>(times).fill(chunk)));

describe.each(Object.entries(codecs))("%s", (_, codec) => {
  it("gives back what it was given", async () => {
    await fc.assert(
      fc.asyncProperty(bytes, async (buffer) => {
        const compressed = await codec.compress({ buffer });
        expect((await codec.decompress(compressed)).equals(buffer)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("rejects what is not its format, or is cut short", async () => {
    await expect(codec.decompress(Buffer.from("garbage, not a frame"))).rejects.toThrow();
    const compressed = await codec.compress({ buffer: Buffer.alloc(100_000, "abcdefg") });
    const cut = compressed.subarray(0, compressed.length - 8);
    await expect(codec.decompress(cut)).rejects.toThrow();
  });
});

describe("snappy", () => {
  it("reads a raw block, as librdkafka and Go clients write it", async () => {
    const { compress } = await import("snappy");
    const raw = await compress("raw snappy ".repeat(1_000));
    expect(String(await snappyCodec.decompress(raw))).toBe("raw snappy ".repeat(1_000));
  });
});

describe("zstd (wasm)", () => {
  // Java compresses as a stream, so its frames do not say how large they become.
  it("reads a frame of unknown and large size", async () => {
    const large = Buffer.alloc(20_000_000, "abc");
    const zstd = spawnSync("zstd", ["-c", "-"], { input: large, maxBuffer: 1e8 });
    if (zstd.error !== undefined) return;
    expect((await zstdWasm.decompress(zstd.stdout)).equals(large)).toBe(true);
  });
});
