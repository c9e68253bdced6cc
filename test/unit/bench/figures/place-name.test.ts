import { expect, it } from "vitest";
import {
  kindOfComment,
  lockNumber,
  placeComment,
  placeName,
  placeOfSchema,
} from "../../../../src/bench/figures/place-name.ts";

it("knows a schema of a bench by its whole name, and by the comment that stands there", () => {
  expect(placeOfSchema("orders_bench_0a1b2c3d")).toEqual(placeName("0a1b2c3d"));
  for (const other of [
    "orders_bench_0a1b2c3",
    "orders_bench_0a1b2c3dd",
    "orders_bench_mine",
    "public",
  ])
    expect(placeOfSchema(other)).toBeUndefined();
  expect(kindOfComment(placeComment("drain"))).toBe("drain");
  expect(kindOfComment("made by hand")).toBeUndefined();
  expect(kindOfComment(null)).toBeUndefined();
});

it("makes of every number an integer that PostgreSQL takes", () => {
  expect(lockNumber(placeName("00000001"))).toBe(1);
  expect(lockNumber(placeName("ffffffff"))).toBe(-1);
});
