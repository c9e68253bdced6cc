import { expect, it } from "vitest";
import { openSamplers } from "../../../src/load/wiring/open-samplers.ts";
import { createTestTopic, eventually, testSettings, uniqueName } from "../services.ts";

it("samples the lag for whoever looks on, without a threshold, and says nothing where it cannot", async () => {
  const topic = await createTestTopic(1);
  const group = uniqueName("test-lag");
  const troubles: string[] = [];
  const options = {
    ...{ needs: new Set<never>(), showsLag: true },
    onTrouble: (what: string) => troubles.push(what),
  };
  const sampler = await openSamplers(testSettings({ topic: topic.topic, group }), options);
  try {
    await eventually(() => sampler.take().gauges.lag === 0, "a lag");
  } finally {
    await sampler.close();
    await topic.drop();
  }
  const nowhere = await openSamplers(testSettings({ brokers: "127.0.0.1:1" }), options);
  await nowhere.close();
  expect(nowhere.take()).toEqual({ gauges: {}, database: undefined });
  expect(troubles).toEqual([]);
});
