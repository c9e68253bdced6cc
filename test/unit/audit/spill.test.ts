import { mkdtempSync, openSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Spill } from "../../../src/audit/spill.ts";
import { Failure } from "../../../src/failure/failure.ts";

type Side = "left" | "right";

function read(spill: Spill<Side>, side: Side): readonly (readonly string[])[] {
  return Array.from({ length: Spill.buckets }, (_, bucket) => [...spill.lines(side, bucket)]);
}

describe("lines that memory does not hold", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "orders-spill-test-"));
    vi.stubEnv("TMPDIR", directory);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(directory, { recursive: true });
  });

  it("come back whole and in order, both sides of a key in the same bucket", () => {
    const anyPut = fc.tuple(
      fc.constantFrom<Side>("left", "right"),
      fc.string({ maxLength: 3 }),
      fc.string({ unit: "grapheme", maxLength: 40 }).map((line) => line.replaceAll("\n", "")),
    );
    fc.assert(
      fc.property(fc.array(anyPut, { maxLength: 200 }), (puts) => {
        const spill = new Spill<Side>({ segmentBytes: 48 });
        try {
          for (const [side, key, line] of puts) spill.put(side, key, `${key.length}${line}`);
          const bucketsOf = new Map<string, number>();
          for (const side of ["left", "right"] as const) {
            const buckets = read(spill, side);
            const put = puts.filter(([at]) => at === side);
            expect(buckets.flat().toSorted()).toEqual(
              put.map(([, key, line]) => `${key.length}${line}`).toSorted(),
            );
            for (const [, key] of put) {
              const lines = put
                .filter(([, other]) => other === key)
                .map(([, , line]) => `${key.length}${line}`);
              const bucket = buckets.findIndex((found) => isWithin(lines, found));
              expect(bucket).not.toBe(-1);
              bucketsOf.set(key, bucketsOf.get(key) ?? bucket);
            }
          }
        } finally {
          spill.close();
        }
      }),
      { numRuns: 50 },
    );
  });

  it("are in no file while they are few, and in one without a name when they are many", () => {
    const spill = new Spill<Side>();
    spill.put("left", "few", "few");
    expect(spill.bytes).toBe(0);
    const line = "x".repeat(20_000);
    for (let count = 0; count < 10; count++) spill.put("left", "many", line);
    expect(spill.bytes).toBeGreaterThan(100_000);
    expect(readdirSync(directory)).toEqual([]);
    expect(
      read(spill, "left")
        .flat()
        .filter((found) => found === line),
    ).toHaveLength(10);
    spill.close();
    spill.close();
  });

  it("may be longer than what waits in memory", () => {
    const spill = new Spill<Side>({ segmentBytes: 16 });
    const lines = ["short", "x".repeat(1_000), "again"];
    for (const line of lines) spill.put("left", "same", line);
    expect(read(spill, "left").flat()).toEqual(lines);
    spill.close();
  });

  it.runIf(process.platform === "linux")(
    "end with a failure that says so when the disk is full",
    async () => {
      const spill = new Spill<Side>({
        segmentBytes: 4,
        openFile: () => openSync("/dev/full", "w"),
      });
      const failure = failureOf(() => spill.put("left", "a", "longer"));
      expect(failure).toBeInstanceOf(Failure);
      expect(failure).toMatchObject({
        kind: "output",
        message: expect.stringContaining("the disk is full (ENOSPC)"),
      });
      spill.close();
    },
  );

  it("end with a failure that names the directory when there is none", () => {
    vi.stubEnv("TMPDIR", join(directory, "nowhere"));
    const spill = new Spill<Side>({ segmentBytes: 4 });
    expect(() => spill.put("left", "a", "longer")).toThrow(/nowhere/);
    spill.close();
  });
});

function failureOf(work: () => void): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

/** In this order, perhaps with others between. */
function isWithin(lines: readonly string[], found: readonly string[]): boolean {
  let at = 0;
  for (const each of found) if (at < lines.length && each === lines[at]) at += 1;
  return at === lines.length;
}
