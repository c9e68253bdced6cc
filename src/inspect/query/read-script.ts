import { Failure } from "../../failure/failure.ts";

const scriptBytesMax = 16 * 1024 * 1024;

/** @returns `argument`, or all of `input` when it is "-". @throws Failure("usage") beyond 16 MiB. */
export async function readScript(
  argument: string,
  input: AsyncIterable<Buffer | string>,
): Promise<string> {
  if (argument !== "-") return argument;
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    const buffer = Buffer.from(chunk);
    bytes += buffer.length;
    if (bytes > scriptBytesMax) {
      throw new Failure("usage", {
        what: `standard input is longer than ${scriptBytesMax / 1024 / 1024} MiB`,
        remedy: "split the script, or use psql with `orders db url`",
      });
    }
    chunks.push(buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}
