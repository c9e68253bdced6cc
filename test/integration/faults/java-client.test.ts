import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { expect, it } from "vitest";
import { kafkaJars } from "../../../src/runtime/stack/engines/local/kafka-jars.ts";
import { createPipeline, manyOrders, toValue } from "../reservation/pipeline.ts";
import { reconcileById } from "./reconcile.ts";

/** Running from source takes a JDK; the engine itself is content with a runtime. */
const jdkIsThere = (() => {
  try {
    return execFileSync("java", ["--list-modules"], { encoding: "utf8" }).includes("jdk.compiler");
  } catch {
    return false;
  }
})();

it.runIf(jdkIsThere)(
  "decides all that Kafka's own Java client writes, in every compression",
  async () => {
    const pipeline = await createPipeline(4);
    try {
      const { classpath } = await kafkaJars(AbortSignal.timeout(300_000), () => {});
      const orders = manyOrders(5_000);
      const codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
      const lines = codecs.flatMap((codec, index) =>
        orders
          .slice(index * 1_000, (index + 1) * 1_000)
          .map((order) => `${codec}\t${order.customerId}\t${toValue(order).toString("utf8")}`),
      );
      const source = fileURLToPath(new URL("WriteOrders.java", import.meta.url));
      const { brokers = "", topic } = pipeline.settings;
      await execa("java", ["-cp", classpath, source, brokers, topic], {
        input: lines.join("\n"),
        timeout: 60_000,
      });
      expect(await pipeline.consume()).toMatchObject({ reserved: 5_000, deadLettered: 0 });
      await reconcileById(pipeline, orders);
    } finally {
      await pipeline.close();
    }
  },
);
