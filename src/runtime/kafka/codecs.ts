import zlib from "node:zlib";
import kafkajs from "kafkajs";

// Not among the names that Node finds in this CommonJS module.
const { CompressionCodecs, CompressionTypes } = kafkajs;

/**
 * kafkajs brings gzip only; a batch in another format would crash the consumer, whoever wrote it.
 * Each library is loaded when its first batch comes: most processes never see one.
 */
export function registerCodecs(): void {
  CompressionCodecs[CompressionTypes.Snappy] = () => snappyCodec;
  CompressionCodecs[CompressionTypes.LZ4] = () => lz4Codec;
  CompressionCodecs[CompressionTypes.ZSTD] = () => zstdCodec;
}

/** What kafkajs calls; `encoder.buffer` holds the records to compress. */
interface Codec {
  compress(encoder: { readonly buffer: Buffer }): Promise<Buffer>;
  decompress(buffer: Buffer): Promise<Buffer>;
}

/** Larger than any batch a broker takes by default (1 MB) can honestly become. */
const decompressedBytesMax = 256 * 1024 * 1024;

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
    while (at < buffer.length) {
      const end = at + 4 + buffer.readInt32BE(at);
      if (end <= at + 4 || end > buffer.length) throw new Error("snappy: a block is cut short");
      parts.push(await snappyBlock(buffer.subarray(at + 4, end)));
      at = end;
    }
    return Buffer.concat(parts);
  },
};

async function snappyBlock(block: Buffer): Promise<Buffer> {
  const { uncompress } = await import("snappy");
  return Buffer.from(await uncompress(block, { asBuffer: true }));
}

export const lz4Codec: Codec = {
  async compress({ buffer }) {
    const { compressFrame } = await import("lz4-napi");
    return compressFrame(buffer);
  },
  async decompress(buffer) {
    const { decompressFrame } = await import("lz4-napi");
    return decompressFrame(buffer);
  },
};

/** zstd came to node:zlib in 22.15 and 23.8; before, WebAssembly. */
type ZlibWithZstd = typeof zlib & {
  zstdCompress?(buffer: Buffer, done: (error: Error | null, result: Buffer) => void): void;
  zstdDecompress?(
    buffer: Buffer,
    options: { maxOutputLength: number },
    done: (error: Error | null, result: Buffer) => void,
  ): void;
};

export const zstdCodec: Codec = {
  compress({ buffer }) {
    const { zstdCompress } = zlib as ZlibWithZstd;
    if (zstdCompress === undefined) return zstdWasm.compress({ buffer });
    return new Promise((resolve, reject) => {
      zstdCompress(buffer, (error, result) => (error === null ? resolve(result) : reject(error)));
    });
  },
  decompress(buffer) {
    const { zstdDecompress } = zlib as ZlibWithZstd;
    if (zstdDecompress === undefined) return zstdWasm.decompress(buffer);
    return new Promise((resolve, reject) => {
      zstdDecompress(buffer, { maxOutputLength: decompressedBytesMax }, (error, result) =>
        error === null ? resolve(result) : reject(error),
      );
    });
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
    wasm ??= loadZstdWasm();
    const { decompress } = await wasm;
    // A streaming writer (Java's) does not state the size, and the library has to be told one.
    for (let size = 4 * 1024 * 1024; ; size *= 4) {
      try {
        return Buffer.from(decompress(buffer, { defaultHeapSize: size }));
      } catch (error) {
        if (!destinationTooSmall(error) || size >= decompressedBytesMax) throw error;
      }
    }
  },
};

/** ZSTD_error_dstSize_tooSmall is 70; the library says it in its message only. */
function destinationTooSmall(error: unknown): boolean {
  return error instanceof Error && error.message.endsWith("code -70");
}
