import { expect, it } from "vitest";
import { onceOpen, type Sampler } from "../../../../src/load/sampling/sampler.ts";

it("finds nothing until it is open, then what that finds, and closes it", async () => {
  let closed = 0;
  let opened: (sampler: Sampler) => void = () => {};
  const sampler = onceOpen(
    new Promise<Sampler>((resolve) => {
      opened = resolve;
    }),
  );
  expect(sampler.take()).toEqual({ gauges: {} });
  opened({ take: () => ({ gauges: { lag: 7 } }), close: async () => void closed++ });
  await Promise.resolve();
  expect(sampler.take()).toEqual({ gauges: { lag: 7 } });
  await sampler.close();
  expect(closed).toBe(1);
});

it("closes what opens only when it is closed already", async () => {
  let closed = 0;
  let opened: (sampler: Sampler) => void = () => {};
  const sampler = onceOpen(
    new Promise<Sampler>((resolve) => {
      opened = resolve;
    }),
  );
  const closing = sampler.close();
  opened({ take: () => ({ gauges: {} }), close: async () => void closed++ });
  await closing;
  expect(closed).toBe(1);
});

it("finds nothing for ever where it cannot be opened", async () => {
  const sampler = onceOpen(Promise.reject(new Error("no Kafka")));
  await sampler.close();
  expect(sampler.take()).toEqual({ gauges: {} });
});
