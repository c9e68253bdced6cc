import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  fieldPathText,
  parseFieldPath,
  putAt,
  valueAt,
} from "../../../../src/audit/mapping/field-path.ts";

describe("a field's path", () => {
  it("is names with dots, indexes in brackets, or a JSON pointer", () => {
    expect(parseFieldPath("data.order.id")).toEqual(["data", "order", "id"]);
    expect(parseFieldPath("lines[0].sku")).toEqual(["lines", "0", "sku"]);
    expect(parseFieldPath("[1][2]")).toEqual(["1", "2"]);
    expect(parseFieldPath("/a.b/c~1d/~0e/0")).toEqual(["a.b", "c/d", "~e", "0"]);
    expect(parseFieldPath("größe.ид")).toEqual(["größe", "ид"]);
    expect(parseFieldPath("__proto__")).toEqual(["__proto__"]);
  });

  it("is nothing else", () => {
    for (const text of ["", ".", "a..b", "a.", ".a", "a[x]", "a[0", "a.[0]", "/a~2"]) {
      expect(parseFieldPath(text), text).toBeUndefined();
    }
  });

  it("is written so that it is read again", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (path) => {
        expect(parseFieldPath(fieldPathText(path))).toEqual(path);
      }),
    );
  });

  it("leads to what was put there, and pollutes no prototype", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "0", "7")), {
          minLength: 1,
          maxLength: 5,
        }),
        (path) => {
          const document = {};
          putAt(document, path, "here");
          expect(valueAt(document, path)).toBe("here");
          expect(valueAt(JSON.parse(JSON.stringify(document)), path)).toBe("here");
          expect(({} as { here?: unknown }).here).toBeUndefined();
          expect(Object.keys(Object.prototype)).toEqual([]);
        },
      ),
    );
  });

  it("finds only what is the document's own", () => {
    expect(valueAt({}, ["constructor", "name"])).toBeUndefined();
    expect(valueAt([5], ["length"])).toBe(1);
    expect(valueAt("text", ["0"])).toBeUndefined();
    expect(valueAt(null, ["a"])).toBeUndefined();
  });
});
