import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { acquireLock } from "../../../../../src/runtime/stack/processes/file-lock.ts";
import { ownIdentity } from "../../../../../src/runtime/stack/processes/process-identity.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orders-test-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const request = (waitMs: number) => ({ path: join(directory, "lock"), doing: "orders up", waitMs });

it("lets one in at a time, and says who holds it", async () => {
  const release = await acquireLock(request(0));
  await expect(acquireLock(request(0))).rejects.toMatchObject({
    kind: "environment",
    message: expect.stringContaining(`PID ${process.pid}`),
  });
  const second = acquireLock(request(10_000));
  release();
  (await second)();
  expect(readdirSync(directory)).toEqual([]);
});

it("takes over from a holder that is dead, though its PID lives on", async () => {
  const dead = { pid: ownIdentity().pid, start: "an earlier boot/1", doing: "orders up" };
  writeFileSync(join(directory, "lock"), JSON.stringify(dead));
  (await acquireLock(request(0)))();
});

it("takes over from a lock that was not written to its end", async () => {
  writeFileSync(join(directory, "lock"), '{"pid":');
  (await acquireLock(request(0)))();
});
