import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readHistory } from "../../src/load/history-reader.ts";
import type { LoadJson } from "../../src/load/show/load-json.ts";
import { orderIdForKey } from "../../src/order/order-id.ts";

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-replay-"));
});
afterAll(() => rm(directory, { recursive: true }));

/** Takes every order, and keeps it. */
async function keepingServer() {
  const bodies: string[] = [];
  const keys: string[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      if (request.method === "GET") {
        response.end("{}");
        return;
      }
      const key = String(request.headers["idempotency-key"]);
      bodies.push(body);
      keys.push(key);
      const order_id = orderIdForKey(JSON.parse(body).customer_id, key);
      response.writeHead(202, { "content-type": "application/json" });
      response.end(JSON.stringify({ order_id, status: "accepted" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    take: () => ({ bodies: bodies.splice(0).sort(), keys: keys.splice(0).sort() }),
    server,
  };
}

function produce(args: readonly string[]) {
  return execa(process.execPath, ["bin/run.js", "produce", ...args], {
    reject: false,
    env: { XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory, NO_COLOR: "" },
  });
}

it("sends a recorded load again: faster, as new orders or as a retry", async () => {
  const { url, take, server } = await keepingServer();
  const file = join(directory, "recorded.ndjson.gz");
  const again = join(directory, "again.ndjson");
  const load = ["--rate", "300", "--duration", "2s", "--items", "2", "--warm-up", "200ms"];
  const to = ["--json", "--api-url", url];
  const first = JSON.parse((await produce([...load, ...to, "--history", file])).stdout) as LoadJson;
  const recorded = take();
  expect(recorded.bodies).toHaveLength(660);

  const replayArgs = ["--replay", file, ...to, "--speed", "10", "--history", again];
  const found = await produce(replayArgs);
  const replay = JSON.parse(found.stdout) as LoadJson;
  const sent = take();
  expect(sent.bodies).toEqual(recorded.bodies);
  expect(sent.keys.filter((key) => recorded.keys.includes(key))).toEqual([]);
  expect(replay.counts).toMatchObject({ offered: 600, acked: 600, dropped: 0 });
  expect(replay.duration_ms).toBeCloseTo(200, 3);
  const warmUp: unknown[] = [];
  for await (const entry of readHistory(again)) if (entry.warmUp) warmUp.push(entry);
  expect(warmUp).toHaveLength(60);

  const as = ["--run-id", first.run_id, "--seed", first.seed];
  await produce(["--replay", file, ...to, "--speed", "10", ...as]);
  expect(take()).toEqual(recorded);
  server.close();
});

it("says with what --replay does not go", async () => {
  const { exitCode, stderr } = await produce(["--replay", "x.ndjson", "--rate", "10"]);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/rate/);
  const missing = await produce(["--replay", join(directory, "none.ndjson")]);
  expect(missing.exitCode).toBe(2);
  expect(missing.stderr).toMatch(/none\.ndjson cannot be read/);
});
