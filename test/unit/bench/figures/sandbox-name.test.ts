import { expect, it } from "vitest";
import {
  kindOfComment,
  lockNumber,
  sandboxComment,
  sandboxName,
  sandboxOfSchema,
} from "../../../../src/bench/figures/sandbox-name.ts";

it("knows a schema of a bench by its whole name, and by the comment that stands there", () => {
  expect(sandboxOfSchema("orders_bench_0a1b2c3d")).toEqual(sandboxName("0a1b2c3d"));
  for (const other of [
    "orders_bench_0a1b2c3",
    "orders_bench_0a1b2c3dd",
    "orders_bench_mine",
    "public",
  ])
    expect(sandboxOfSchema(other)).toBeUndefined();
  expect(kindOfComment(sandboxComment("drain"))).toBe("drain");
  expect(kindOfComment("made by hand")).toBeUndefined();
  expect(kindOfComment(null)).toBeUndefined();
});

it("makes of every number an integer that PostgreSQL takes", () => {
  expect(lockNumber(sandboxName("00000001"))).toBe(1);
  expect(lockNumber(sandboxName("ffffffff"))).toBe(-1);
});
