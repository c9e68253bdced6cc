import zlib from "node:zlib";
import kafkajs from "kafkajs";
import { ExpandsTooFar, expansionLimit } from "./expand.ts";
import { demandLz4Within, demandSnappyWithin, demandZstdWithin } from "./expanded-size.ts";

// Not among the names that Node finds in this CommonJS module.
const { CompressionCodecs, CompressionTypes } = kafkajs;

/**
 * kafkajs brings gzip only, and expands without a limit; a batch in another format would crash the
 * consumer, whoever wrote it. Each library is loaded when its first batch comes: most processes never
 * see one.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.GZIP] = () => gzipCodec;
  CompressionCodecs[CompressionTypes.Snappy] = () => snappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4Codec;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
}

/** What kafkajs calls; `encoder.buffer` holds the records to compress. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  /** @throws ExpandsTooFar beyond the process's limit; other errors for what is not of this format. */
  decompress(buffer: Buffer): Promise<Buffer>;
}

export const gzipCodec: Codec = {
  compress: ({ buffer }) => expanded((done) => zlib.gzip(buffer, done)),
  decompress: (buffer) =>
    expanded((done) =>
      zlib.unzip(buffer, { maxOutputLength: expansionLimit(), chunkSize: 65_536 }, done),
    ),
};

type Done = (error: Error | null, result: Buffer) => void;

function expanded(work: (done: Done) => void): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    work((error, result) => {
      if (error === null) resolve(result);
      else reject(exceedsLimit(error) ? new ExpandsTooFar() : error);
    });
  });
}

function exceedsLimit(error: Error): boolean {
  return "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}

/**
 * Java writes snappy in xerial's framing: a 16-byte header, then blocks of int32 length and raw
 * snappy. librdkafka and Go clients write one raw block. Both are read; xerial's is written.
 */
const xerialHeader = Buffer.from([
  0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1,
]);
const xerialMagic = xerialHeader.subarray(0, 8);
const xerialBlockBytes = 32 * 1024;

export const snappyCodec: Codec = {
  async compress({ buffer }) {
    const { compress } = await import("snappy");
    const parts: Buffer[] = [xerialHeader];
    for (let start = 0; start < buffer.length; start += xerialBlockBytes) {
      const block = await compress(buffer.subarray(start, start + xerialBlockBytes));
      const length = Buffer.alloc(4);
      length.writeInt32BE(block.length);
      parts.push(length, block);
    }
    return Buffer.concat(parts);
  },
  async decompress(buffer) {
    if (!buffer.subarray(0, xerialMagic.length).equals(xerialMagic)) return snappyBlock(buffer);
    const parts: Buffer[] = [];
    let at = xerialHeader.length;
    let left = expansionLimit();
    while (at < buffer.length) {
      const end = at + 4 + (at + 4 <= buffer.length ? buffer.readInt32BE(at) : 0);
      if (end <= at + 4 || end > buffer.length) throw new Error("snappy: a block is cut short");
      const block = buffer.subarray(at + 4, end);
      left -= demandSnappyWithin(block, left);
      parts.push(await snappyBlock(block));
      at = end;
    }
    return Buffer.concat(parts);
  },
};

async function snappyBlock(block: Buffer): Promise<Buffer> {
  demandSnappyWithin(block, expansionLimit());
  const { uncompress } = await import("snappy");
  return Buffer.from(await uncompress(block, { asBuffer: true }));
}

export const lz4Codec: Codec = {
  async compress({ buffer }) {
    const { compressFrame } = await import("lz4-napi");
    return compressFrame(buffer);
  },
  async decompress(buffer) {
    demandLz4Within(buffer, expansionLimit());
    const { decompressFrame } = await import("lz4-napi");
    return decompressFrame(buffer);
  },
};

/** zstd came to node:zlib in 22.15 and 23.8; before, WebAssembly. */
type ZlibWithZstd = typeof zlib & {
  zstdCompress?(buffer: Buffer, done: Done): void;
  zstdDecompress?(buffer: Buffer, options: { maxOutputLength: number }, done: Done): void;
};

export const zstdCodec: Codec = {
  compress({ buffer }) {
    const { zstdCompress } = zlib as ZlibWithZstd;
    if (zstdCompress === undefined) return zstdWasm.compress({ buffer });
    return expanded((done) => zstdCompress(buffer, done));
  },
  decompress(buffer) {
    const { zstdDecompress } = zlib as ZlibWithZstd;
    if (zstdDecompress === undefined) return zstdWasm.decompress(buffer);
    demandZstdWithin(buffer, expansionLimit());
    return expanded((done) => zstdDecompress(buffer, { maxOutputLength: expansionLimit() }, done));
  },
};

type ZstdWasm = typeof import("@bokuweb/zstd-wasm");
let wasm: Promise<ZstdWasm> | undefined;

async function loadZstdWasm(): Promise<ZstdWasm> {
  const module = await import("@bokuweb/zstd-wasm");
  await module.init();
  return module;
}

/** Exported for its test: Node versions with zstd of their own never come here. */
export const zstdWasm: Codec = {
  async compress({ buffer }) {
    wasm ??= loadZstdWasm();
    return Buffer.from((await wasm).compress(buffer));
  },
  async decompress(buffer) {
    const limit = expansionLimit();
    demandZstdWithin(buffer, limit);
    wasm ??= loadZstdWasm();
    const { decompress } = await wasm;
    // A streaming writer (Java's) does not state the size, and the library has to be told one.
    for (let size = Math.min(limit, 4 * 1024 * 1024); ; size = Math.min(limit, 4 * size)) {
      try {
        return Buffer.from(decompress(buffer, { defaultHeapSize: size }));
      } catch (error) {
        if (!destinationTooSmall(error)) throw error;
        if (size >= limit) throw new ExpandsTooFar();
      }
    }
  },
};

/** ZSTD_error_dstSize_tooSmall is 70; the library says it in its message only. */
function destinationTooSmall(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith("code -70");
}
