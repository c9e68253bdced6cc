import fc from "fast-check";
import { expect, it } from "vitest";
import { partitionLag } from "../../../../src/runtime/kafka/group-lag.ts";

const range = { partition: 0, low: 10, high: 30 };

it("counts what is not read yet", () => {
  expect(partitionLag(range, 25)).toMatchObject({ committed: 25, lag: 5 });
  expect(partitionLag(range, -1)).toMatchObject({ committed: undefined, lag: 20 });
  expect(partitionLag(range, undefined)).toMatchObject({ committed: undefined, lag: 20 });
});

it("never counts what cannot be read: deleted messages, another log's offsets", () => {
  expect(partitionLag(range, 5)).toMatchObject({ committed: 5, lag: 20 });
  expect(partitionLag(range, 99)).toMatchObject({ committed: 99, lag: 0 });
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.integer({ min: -1 }), (low, length, offset) => {
      const { lag } = partitionLag({ partition: 0, low, high: low + length }, offset);
      expect(lag).toBeGreaterThanOrEqual(0);
      expect(lag).toBeLessThanOrEqual(length);
    }),
  );
});
