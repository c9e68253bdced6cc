import { closeSync, openSync, readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { execa } from "execa";
import { expect, it, onTestFinished, vi } from "vitest";
import { GzipAppender } from "../../../src/load/gzip-appender.ts";
import { historyDirectory } from "./planned-order.ts";

const { afterEachCall } = vi.hoisted(() => ({ afterEachCall: [] as (() => void)[] }));
// The real calls; what is left in the file by each is looked at.
vi.mock("node:fs", async (importOriginal) => {
  const fs = await importOriginal<typeof import("node:fs")>();
  const seen =
    <A extends unknown[], R>(call: (...args: A) => R) =>
    (...args: A): R => {
      const result = call(...args);
      for (const look of afterEachCall) look();
      return result;
    };
  return { ...fs, writeSync: seen(fs.writeSync), ftruncateSync: seen(fs.ftruncateSync) };
});

it("leaves whole gzip of all that was appended after each system call, and packs it", async () => {
  const path = `${await historyDirectory()}/x.gz`;
  const fd = openSync(path, "wx");
  onTestFinished(() => {
    closeSync(fd);
    afterEachCall.length = 0;
  });
  const gzip = new GzipAppender(fd);
  let appended = "";
  let seen = 0;
  let looks = 0;
  afterEachCall.push(() => {
    const found = gunzipSync(readFileSync(path)).toString();
    expect(appended.startsWith(found)).toBe(true);
    expect(found.length).toBeGreaterThanOrEqual(seen);
    seen = found.length;
    looks++;
  });
  for (let n = 0; n < 400; n++) {
    // Of a tick, of a burst, and what gets hardly smaller or very small.
    const long =
      n % 50 === 24 ? "x".repeat(70_000) : n % 50 === 49 ? randomText(40_000) : undefined;
    const text = long ?? `line ${n} é ${"x".repeat(n % 300)}\n`;
    appended += text;
    gzip.append(Buffer.from(text));
    expect(seen).toBe(appended.length);
  }
  gzip.compress();
  expect(looks).toBeGreaterThan(410);
  expect(statSync(path).size).toBeLessThan(Buffer.byteLength(appended) * 0.9);
  const { stdout } = await execa("gzip", ["-dc", path], { stripFinalNewline: false });
  expect(stdout).toBe(appended);
});

function randomText(length: number): string {
  let state = 1;
  return Array.from({ length }, () => {
    state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647;
    return String.fromCharCode(33 + (state % 94));
  }).join("");
}
