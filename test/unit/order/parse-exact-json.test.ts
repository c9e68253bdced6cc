import fc from "fast-check";
import { expect, it } from "vitest";
import { parseExactJson } from "../../../src/order/parse-exact-json.ts";

it("keeps every digit of a large whole number, as text", () => {
  expect(parseExactJson('{"id": 1234567890123456789, "n": -9223372036854775808}')).toEqual({
    id: "1234567890123456789",
    n: "-9223372036854775808",
  });
  expect(parseExactJson("[9007199254740991, 9007199254740993]")).toEqual([
    9007199254740991,
    "9007199254740993",
  ]);
});

it("leaves texts, fractions and exponents alone", () => {
  const text = `{"a":"1234567890123456789","b\\"1234567890123456789":0.12345678901234567,"c":12345678901234567e2}`;
  expect(parseExactJson(text)).toEqual(JSON.parse(text));
});

const anything = fc.oneof(
  fc.maxSafeInteger(),
  fc.double({ noInteger: true, noNaN: true, noDefaultInfinity: true }),
  fc.string({ unit: fc.constantFrom(...'0123456789-.e"\\:{,') }),
);

it("is JSON.parse for everything else", () => {
  fc.assert(
    fc.property(fc.array(anything), (values) => {
      const text = JSON.stringify({ values, [values.join("")]: values });
      expect(parseExactJson(text)).toEqual(JSON.parse(text));
    }),
  );
  expect(() => parseExactJson("{12345678901234567890")).toThrow(SyntaxError);
});
