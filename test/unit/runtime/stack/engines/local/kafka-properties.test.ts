import { expect, it } from "vitest";
import { kafkaProperties } from "../../../../../../src/runtime/stack/engines/local/kafka-properties.ts";

it.each([
  ["/home/a b/data", "/home/a b/data"],
  ["/home/Jürgen/日", "/home/J\\u00fcrgen/\\u65e5"],
  ["/a\\b", "/a\\\\b"],
])("writes the path %s as Java reads it", (dataDirectory, written) => {
  const text = kafkaProperties({ dataDirectory, port: 1, controllerPort: 2, login: undefined });
  expect(text.split("\n")).toContain(`log.dirs=${written}`);
});
