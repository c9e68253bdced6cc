import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Database } from "../../../src/ports/database.ts";
import { numericArray } from "../../../src/reservation/sql/binary-numeric.ts";
import { openDatabase } from "../../../src/runtime/postgres/open-database.ts";
import {
  bigintArray,
  byteaArray,
  integerArray,
  jsonbArray,
  optionalUuidArray,
  smallintArray,
  textArray,
  timestampArray,
} from "../../../src/runtime/postgres/tables/binary-array.ts";
import { testSettings } from "../services.ts";

let database: Database;
beforeAll(() => {
  database = openDatabase(testSettings(), { applicationName: "orders test", poolSize: 1 });
});
afterAll(() => database.close());

/** What PostgreSQL makes of the array, each element as text. */
async function readBack(type: string, array: Buffer): Promise<(string | null)[]> {
  const { rows } = await database.query<{ element: string | null }>(
    {
      text: `SELECT element::text AS element FROM unnest($1::${type}[]) WITH ORDINALITY AS t (element, n) ORDER BY n`,
    },
    [array],
  );
  return rows.map((row) => row.element);
}

const same = <T>(value: T) => value;
const text = fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\u0000"));

describe("arrays in PostgreSQL's binary format arrive as they are", () => {
  it.each([
    ["smallint", fc.integer({ min: -32_768, max: 32_767 }), smallintArray],
    ["integer", fc.integer(), integerArray],
    ["bigint", fc.option(fc.maxSafeInteger(), { nil: undefined }), bigintArray],
  ] as const)("%s", async (type, values, encode) => {
    const array = encode as (rows: readonly unknown[], cellOf: (row: unknown) => unknown) => Buffer;
    await fc.assert(
      fc.asyncProperty(fc.array(values as fc.Arbitrary<unknown>), async (list) => {
        const found = await readBack(type, array(list, same));
        expect(found).toEqual(list.map((value) => (value === undefined ? null : String(value))));
      }),
    );
  });

  it("numeric, cents or not", async () => {
    const amounts = fc.oneof(
      fc.maxSafeInteger().map((cents) => Math.abs(cents) / 100),
      fc.nat(10_000).map((cents) => cents / 100),
      fc.double({ min: 0, max: 1e25, noNaN: true }),
      fc.double({ min: 0, max: 1e-10, noNaN: true }),
      fc.constantFrom(0, -0, 0.01, 1, 9999, 10_000, 1e-7, 2e21, 0.1 + 0.2, 5e-324),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(amounts), async (list) => {
        const found = await readBack("numeric", numericArray(list, same));
        expect(found.map(Number)).toEqual(list.map((value) => value + 0));
      }),
      { numRuns: 300 },
    );
  });

  it("amounts with decimals keep two", async () => {
    const found = await readBack("numeric", numericArray([5, 19.9, 0.05, 12345678.9], same));
    expect(found).toEqual(["5.00", "19.90", "0.05", "12345678.90"]);
  });

  it("uuid and text, with nulls", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.uuid(), { nil: undefined })),
        fc.array(fc.option(text)),
        async (ids, texts) => {
          expect(await readBack("uuid", optionalUuidArray(ids, same))).toEqual(
            ids.map((id) => id ?? null),
          );
          expect(await readBack("text", textArray(texts, same))).toEqual(texts);
        },
      ),
    );
  });

  it("bytea and jsonb, with nulls", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.uint8Array())),
        fc.array(fc.option(text)),
        async (bytes, texts) => {
          const buffers = bytes.map((each) => each && Buffer.from(each));
          expect(await readBack("bytea", byteaArray(buffers, same))).toEqual(
            buffers.map((each) => each && `\\x${each.toString("hex")}`),
          );
          const documents = texts.map((each) =>
            each === null ? null : JSON.stringify({ text: each }),
          );
          const found = await readBack("jsonb", jsonbArray(documents, same));
          expect(found.map((each) => each && JSON.parse(each))).toEqual(
            documents.map((each) => each && JSON.parse(each)),
          );
        },
      ),
    );
  });

  it("timestamps, to the end of PostgreSQL's years", async () => {
    const times = fc.integer({ min: Date.UTC(1970, 0, 1), max: Date.UTC(9999, 11, 31) });
    await fc.assert(
      fc.asyncProperty(fc.array(times), async (list) => {
        const { rows } = await database.query<{ ms: number }>(
          {
            text: `SELECT (extract(epoch FROM element) * 1000)::bigint AS ms
                   FROM unnest($1::timestamptz[]) WITH ORDINALITY AS t (element, n) ORDER BY n`,
          },
          [timestampArray(list, same)],
        );
        expect(rows.map((row) => row.ms)).toEqual(list);
      }),
    );
  });
});
