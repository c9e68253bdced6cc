import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonBounds, jsonExcess } from "../../../src/order/json-bounds.ts";
import { parseAnyOrder } from "../../../src/order/order-message.ts";

const unbounded: JsonBounds = {
  depthMax: Number.POSITIVE_INFINITY,
  containersMax: Number.POSITIVE_INFINITY,
  valuesMax: Number.POSITIVE_INFINITY,
  namesMax: Number.POSITIVE_INFINITY,
  numberLengthMax: Number.POSITIVE_INFINITY,
  elementsMax: Number.POSITIVE_INFINITY,
};

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

function namesOf(value: unknown, names = new Set<string>()): Set<string> {
  if (typeof value !== "object" || value === null) return names;
  for (const [name, each] of Object.entries(value)) {
    if (!Array.isArray(value)) names.add(name);
    namesOf(each, names);
  }
  return names;
}

describe("what a JSON text may hold", () => {
  it("sees the depth and the names that the parser finds, whatever stands in the strings", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.boolean(), (json, spaced) => {
        const value = JSON.parse(json) as unknown;
        const text = Buffer.from(JSON.stringify(value, undefined, spaced ? "\t" : undefined));
        const depth = depthOf(value);
        expect(jsonExcess(text, { ...unbounded, depthMax: depth })).toBeUndefined();
        if (depth > 0)
          expect(jsonExcess(text, { ...unbounded, depthMax: depth - 1 })).toBe("depthMax");
        const names = namesOf(value).size;
        expect(jsonExcess(text, { ...unbounded, namesMax: names })).toBeUndefined();
        if (names > 0)
          expect(jsonExcess(text, { ...unbounded, namesMax: names - 1 })).toBe("namesMax");
      }),
    );
  });

  it("ends at the bound, not at the end of the text", () => {
    // What lies behind the bound is never looked at.
    const looked: number[] = [];
    const bytes = new Proxy(Buffer.from("[".repeat(1_000)), {
      get(target, name) {
        if (typeof name === "string" && /^\d+$/.test(name)) looked.push(Number(name));
        return Reflect.get(target, name, target);
      },
    });
    expect(jsonExcess(bytes, { ...unbounded, depthMax: 16 })).toBe("depthMax");
    expect(Math.max(...looked)).toBeLessThan(20);
  });

  it.each([
    ["containersMax", "[{},{},{}]", { containersMax: 3 }],
    ["valuesMax", "[1,1,1,1]", { valuesMax: 3 }],
    ["valuesMax", '{"a":1,"a":1,"a":1,"a":1}', { valuesMax: 3 }],
    ["numberLengthMax", `{"a":${"1".repeat(11)}}`, { numberLengthMax: 10 }],
    ["numberLengthMax", `[0.${"0".repeat(20)}1]`, { numberLengthMax: 10 }],
    ["elementsMax", " [[1,2],[3,4],5]", { elementsMax: 2 }],
  ] as const)("finds too much of %s in %s", (excess, text, bounds) => {
    expect(jsonExcess(Buffer.from(text), { ...unbounded, ...bounds })).toBe(excess);
  });

  it("counts the elements of the outermost array only, and no members", () => {
    const bounds = { ...unbounded, elementsMax: 2 };
    expect(jsonExcess(Buffer.from("[[1,2,3],[4,5,6]]"), bounds)).toBeUndefined();
    expect(jsonExcess(Buffer.from('{"a":1,"b":2,"c":3}'), bounds)).toBeUndefined();
    expect(jsonExcess(Buffer.from('["a,b,c,d","\\",,,"]'), bounds)).toBeUndefined();
  });
});

it.each([
  ["nested deeper", "[".repeat(1_000_000)],
  ["nested deeper", '{"a":'.repeat(200_000)],
  ["more arrays and objects", `[${"{},".repeat(330_000)}{}]`],
  ["more different field names", `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":1`)}}`],
  ["a number of more characters", `{"amount":${"9".repeat(900_000)}}`],
])("a message that is %s than it may be is a dead letter, unread", (what, text) => {
  expect(parseAnyOrder(Buffer.from(text), 0)).toMatchObject({
    ok: false,
    invalid: { reason: "too_complex", detail: expect.stringContaining(what) },
  });
});
