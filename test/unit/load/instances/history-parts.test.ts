import { expect, it } from "vitest";
import { historyParts } from "../../../../src/load/instances/history-parts.ts";

it.each([
  ["orders.ndjson", "orders-2.ndjson"],
  ["/tmp/a.b/orders.ndjson.gz", "/tmp/a.b/orders-2.ndjson.gz"],
  ["/tmp/a.b/orders", "/tmp/a.b/orders-2"],
  ["v1.2.ndjson", "v1.2-2.ndjson"],
  ["./.hidden", "./.hidden-2"],
])("of %s the second of two processes writes %s", (path, second) => {
  expect(historyParts(path, 2)).toHaveLength(2);
  expect(historyParts(path, 2)[1]).toBe(second);
  expect(historyParts(path, 1)).toEqual([path]);
});
