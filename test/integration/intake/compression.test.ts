import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { createMessageSender } from "../../../src/runtime/kafka/create-message-sender.ts";
import { createTestTopic, testServices } from "../services.ts";
import { readLog } from "./read-log.ts";

const { brokers } = testServices();
const kcat = (args: readonly string[], input?: string) =>
  execFileSync("kcat", ["-b", brokers, "-q", ...args], { encoding: "utf8", input });
const kcatIsThere = (() => {
  try {
    return execFileSync("kcat", ["-V"], { encoding: "utf8" }).includes("kcat");
  } catch {
    return false;
  }
})();

/** Repetitive, so that every codec does compress, and longer than one of snappy's 32 KB blocks. */
const values = Array.from({ length: 2_000 }, (_, n) => `order ${n} ${"compressible,".repeat(10)}`);

for (const compression of ["none", "gzip", "snappy", "lz4", "zstd"] as const) {
  test(`${compression}: what we publish we read`, async () => {
    const { topic, kafka, drop } = await createTestTopic(1);
    const sender = createMessageSender(kafka, { topic, compression, requestTimeoutMs: 5_000 });
    await sender.connect();
    await sender.send(values.map((value) => ({ key: "k", value: Buffer.from(value) })));
    await sender.close();
    expect((await readLog(kafka, topic)).map(({ value }) => value)).toEqual(values);
    if (kcatIsThere) {
      expect(kcat(["-C", "-t", topic, "-e"]).trimEnd().split("\n")).toEqual(values);
    }
    await drop();
  });

  test.runIf(kcatIsThere)(`${compression}: what librdkafka publishes we read`, async () => {
    const { topic, kafka, drop } = await createTestTopic(1);
    const lines = values.join("\n");
    kcat(["-P", "-t", topic, "-z", compression, "-X", "linger.ms=200"], lines);
    expect((await readLog(kafka, topic)).map(({ value }) => value)).toEqual(values);
    await drop();
  });
}
