import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { HistoryEntry } from "../../src/load/history.ts";
import { readHistory } from "../../src/load/history-reader.ts";
import { startOrderServer } from "../integration/load/order-server.ts";
import { eventually } from "../integration/services.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-killed-"));
});
afterAll(() => rm(directory, { recursive: true }));

const kills = [1, 2, 3].flatMap((round) =>
  ["ndjson", "ndjson.gz"].map((ending) => ({ round, ending })),
);

it.concurrent.for(
  kills,
)("a history has every order that arrived, whenever its load was killed: $ending, $round", async ({
  round,
  ending,
}) => {
  // The last ones hang, so that some have an intent alone.
  const server = await startOrderServer((n) => (n < 300 * round - 20 ? "accept" : "hang"));
  const file = join(directory, `${round}.${ending}`);
  const flags = ["--rate", "2000", "--duration", "1m", "--api-url", server.url];
  const command = ["bin/run.js", "produce", ...flags, "--history", file];
  const running = execa(process.execPath, command, {
    reject: false,
    env: { XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory },
  });
  await eventually(() => server.keys.length >= 300 * round, "orders under way");
  running.kill("SIGKILL");
  expect((await running).signal).toBe("SIGKILL");
  await server.close();
  const entries = new Map<string, HistoryEntry>();
  let closed = true;
  for await (const entry of readHistory(file, (end) => {
    closed = end.closed;
  }))
    entries.set(entry.key, entry);
  expect(closed).toBe(false);
  expect(server.keys.filter((key) => !entries.has(key))).toEqual([]);
  const kinds = new Set(server.keys.map((key) => entries.get(key)?.kind));
  expect(kinds).toEqual(new Set(["202", "no outcome was recorded"]));
});
