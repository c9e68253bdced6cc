import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { rotateLog } from "../../../../../src/runtime/stack/processes/rotate-log.ts";
import { followFile, lastLines } from "../../../../../src/runtime/stack/processes/tail-file.ts";
import { eventually } from "../../../../integration/services.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orders-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const limits = { bytesMax: 100, filesMax: 3 };

it("rotates only a log that is full, and keeps three files", () => {
  const log = join(directory, "a.log");
  expect(rotateLog(log, limits)).toBe(false);
  for (let round = 0; round < 5; round++) {
    appendFileSync(log, `${round}`.repeat(100));
    expect(rotateLog(log, limits)).toBe(true);
    expect(rotateLog(log, limits)).toBe(false);
  }
  appendFileSync(log, "now");
  expect(readdirSync(directory).sort()).toEqual(["a.log", "a.log.1", "a.log.2"]);
  expect(readFileSync(log, "utf8")).toBe("now");
  expect(readFileSync(`${log}.1`, "utf8")).toBe("4".repeat(100));
  expect(readFileSync(`${log}.2`, "utf8")).toBe("3".repeat(100));
});

it("reads the last lines of any text", () => {
  const log = join(directory, "b.log");
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[^\n]{0,20}$/u)), fc.nat({ max: 10 }), (lines, n) => {
      const text = lines.map((line) => `${line}\n`).join("");
      writeFileSync(log, text);
      expect(lastLines(log, n)).toEqual({
        lines: n === 0 ? [] : lines.slice(-n),
        endBytes: Buffer.byteLength(text),
      });
    }),
  );
  expect(lastLines(join(directory, "none.log"), 5)).toEqual({ lines: [], endBytes: 0 });
});

it("reads the last lines of a log that is larger than a chunk", () => {
  const log = join(directory, "c.log");
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} ééé`);
  writeFileSync(log, `${lines.join("\n")}\n`);
  expect(lastLines(log, 5_000).lines).toEqual(lines.slice(-5_000));
});

it("follows a log from before it exists and over its rotation", async () => {
  const log = join(directory, "d.log");
  const seen: string[] = [];
  const stop = new AbortController();
  const followed = followFile(log, 0, stop.signal, (line) => seen.push(line));
  appendFileSync(log, "one\ntw");
  await eventually(() => seen.length === 1, "the first line");
  appendFileSync(log, `o${" ".repeat(100)}\n`);
  await eventually(() => seen.length === 2, "the second line");
  rotateLog(log, limits);
  appendFileSync(log, "three\n");
  await eventually(() => seen.length === 3, "a line after the rotation");
  stop.abort();
  await followed;
  expect(seen.map((line) => line.trim())).toEqual(["one", "two", "three"]);
});
