import { mkdtemp, readFile, rm } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa, type Options } from "execa";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { LoadJson } from "../../src/load/show/load-json.ts";
import { type OrderServer, startOrderServer } from "../integration/load/order-server.ts";
import { eventually } from "../integration/services.ts";

let directory: string;
let server: OrderServer | undefined;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "orders-produce-"));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Runs the real command in a process of its own; never rejects. */
function produce(args: readonly string[], options: Options = {}) {
  return execa(process.execPath, ["bin/run.js", "produce", ...args], {
    reject: false,
    all: false,
    env: { XDG_STATE_HOME: directory, XDG_CONFIG_HOME: directory, NO_COLOR: "" },
    ...options,
  });
}

const short = ["--rate", "200", "--duration", "250ms"] as const;

describe("orders produce", () => {
  // Again if need be: a machine that stands still as the load ends did not deliver it, rightly.
  it("reports on stdout, exits 0, and leaves stderr empty when nothing is amiss", {
    retry: 2,
  }, async () => {
    server = await startOrderServer(() => "accept");
    const args = ["--rate", "100", "--duration", "3s", "--api-url", server.url];
    const { stdout, stderr, exitCode } = await produce(args);
    expect(stderr).toBe("");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/= offered +│ +300 │/);
    expect(stdout).toContain("Delivered at the asked rate: 300 of 300 orders acknowledged");
    expect(stdout).not.toContain("\u001b");
  });

  it("prints one JSON value and nothing else under --json", async () => {
    server = await startOrderServer(() => "accept");
    const found = await produce([...short, "--api-url", server.url, "--json", "--items", "3"]);
    expect(found.stderr).toBe("");
    const json = JSON.parse(String(found.stdout)) as LoadJson;
    expect(json.counts).toEqual({
      offered: 50,
      sent: 50,
      acked: 50,
      failed: 0,
      unknown: 0,
      dropped: 0,
    });
    expect(json.target).toEqual({ kind: "http", address: `${server.url}/order` });
  });

  it("exits 5 when the load was not delivered", async () => {
    server = await startOrderServer((n) => (n % 10 === 0 ? "busy 503" : "accept"));
    const { stdout, exitCode } = await produce([...short, "--api-url", server.url]);
    expect(exitCode).toBe(5);
    expect(stdout).toMatch(/failed +│ 503 +│ +5/);
  });

  it("runs its own code hot before its clock starts, and sends no order for it", async () => {
    const seen: number[] = [];
    server = await startOrderServer((n) => {
      seen.push(n);
      return "accept";
    });
    const args = ["--rate", "1000", "--duration", "1s", "--warm-up", "300ms", "--json"];
    const { stdout } = await produce([...args, "--api-url", server.url]);
    const { counts, planned } = JSON.parse(String(stdout)) as LoadJson;
    expect(planned).toBe(1_000);
    expect(counts.offered).toBe(1_000);
    // What was dropped on a busy machine did not come; nothing else came that was not planned.
    expect(seen.length).toBeLessThanOrEqual(1_300);
    expect(seen.length).toBeGreaterThanOrEqual(counts.acked);
  });

  it("tells each second as a line of JSON, then the result", async () => {
    server = await startOrderServer(() => "accept");
    const args = ["--rate", "100", "--duration", "1200ms", "--json-lines"];
    const { stdout } = await produce([...args, "--api-url", server.url]);
    const lines = String(stdout)
      .split("\n")
      .map((line) => JSON.parse(line) as { kind: string; second?: number; acked?: number });
    const seconds = lines.filter(({ kind }) => kind === "second");
    expect(seconds.map(({ second }) => second).slice(0, 2)).toEqual([0, 1]);
    const result = lines.at(-1) as unknown as LoadJson & { kind: string };
    expect(result.kind).toBe("result");
    expect(lines).toHaveLength(seconds.length + 1);
    expect(seconds.reduce((sum, { acked = 0 }) => sum + acked, 0)).toBe(result.counts.acked);
  });

  it("exits 6 when a threshold is crossed, 3 when one was not measured, each with its value", async () => {
    server = await startOrderServer(() => "accept");
    const to = [...short, "--api-url", server.url, "--json"];
    const crossed = await produce([...to, "--fail-if", "response_max>0ms"]);
    const { thresholds, verdict } = JSON.parse(String(crossed.stdout)) as LoadJson;
    // A machine that stands still did not deliver the load, rightly: that is the graver of both.
    expect(crossed.exitCode).toBe(verdict === "delivered" ? 6 : 5);
    expect(thresholds).toMatchObject([{ metric: "response_max", state: "crossed", unit: "ms" }]);
    expect(thresholds[0]?.value).toBeGreaterThan(0);

    const unseen = await produce([...to, "--fail-if", "network_share_max>70%"]);
    expect(unseen.exitCode).toBe(3);
    expect(unseen.stderr).toContain("--link-gbps is not given");
    const typo = await produce([...to, "--fail-if", "respons_max>1s"]);
    expect(typo.exitCode).toBe(2);
    expect(typo.stdout).toContain("did you mean response_max?");
  });

  it("exits 4 with the URL and what to do when nothing is there", async () => {
    const { stdout, stderr, exitCode } = await produce([
      ...short,
      "--api-url",
      "http://127.0.0.1:1",
    ]);
    expect(exitCode).toBe(4);
    expect(stdout).toBe("");
    expect(stderr).toContain("http://127.0.0.1:1/order cannot be reached");
    expect(stderr).toContain("orders up");
  });

  it("exits 4 when no stack is up and no URL is given", async () => {
    const { stderr, exitCode } = await produce([...short]);
    expect(exitCode).toBe(4);
    expect(stderr).toContain("no API is known");
  });

  it.each([
    [["--rate", "0", "--duration", "1s"], "rate must be from"],
    [["--rate", "10", "--duration", "10"], "has no unit"],
    [["--rate", "10", "--duration", "1s", "--hot", "PROD007"], "PRODUCT=SHARE%"],
    [["--rate", "10", "--duration", "1s", "--run-id", "x"], "--seed"],
  ])("exits 2 for %j", async (args, message) => {
    const { stderr, exitCode } = await produce(args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });

  it.each([
    ["SIGINT", 130],
    ["SIGTERM", 143],
  ] as const)("says at %s what it does, reports what ran, and exits %d", async (signal, code) => {
    const started = await startOrderServer(() => "accept");
    server = started;
    const running = produce(["--rate", "100", "--duration", "10m", "--api-url", started.url]);
    await eventually(() => started.keys.length > 20, "some orders");
    running.kill(signal);
    const { stdout, stderr, exitCode } = await running;
    expect(stderr).toContain(`${signal}: no more orders`);
    expect(stdout).toContain("Stopped early");
    expect(exitCode).toBe(code);
  });

  it("exits 130 at SIGINT while the target is still being reached, without an order", async () => {
    const held: Socket[] = [];
    const silent = createServer((socket) => held.push(socket));
    await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
    const { port } = silent.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}`;
    const running = produce(["--rate", "10", "--duration", "1s", "--api-url", url, "--json"]);
    await eventually(() => held.length > 0, "a connection");
    running.kill("SIGINT");
    const { stdout, exitCode } = await running;
    for (const socket of held) socket.destroy();
    silent.close();
    expect(JSON.parse(String(stdout))).toMatchObject({
      error: { what: "the load was stopped before it began", exit_code: 130 },
    });
    expect(exitCode).toBe(130);
  });

  it("ends cleanly when its reader does", async () => {
    server = await startOrderServer(() => "accept");
    const command = `"${process.execPath}" bin/run.js produce --rate 100 --duration 100ms --api-url ${server.url} | head -n 1`;
    const { stdout, stderr } = await execa("sh", ["-c", command], { reject: false });
    expect(stdout).toMatch(/^┌/);
    expect(stderr).toBe("");
  });

  it("writes a history of two lines per order, and does not overwrite one", async () => {
    server = await startOrderServer(() => "accept");
    const file = join(directory, "orders.ndjson");
    const args = [...short, "--api-url", server.url, "--history", file];
    await produce(args);
    const lines = (await readFile(file, "utf8")).trimEnd().split("\n");
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ orders_history: 2 });
    expect(JSON.parse(lines.at(-1) ?? "")).toEqual({ closed: true, orders: 50 });
    expect(lines).toHaveLength(102);
    const again = await produce(args);
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain("exists already");
  });

  it("stops with exit 7 and the report when the disk does not take the history", async () => {
    server = await startOrderServer(() => "accept");
    const file = join(directory, "too-large.ndjson");
    const command = `trap '' XFSZ; ulimit -f 8; exec "${process.execPath}" bin/run.js produce --rate 500 --duration 60s --api-url ${server.url} --history ${file}`;
    const { stdout, stderr, exitCode } = await execa("bash", ["-c", command], { reject: false });
    expect(stderr).toMatch(/^Error: .*the history is incomplete: .*\(EFBIG\)/m);
    expect(stdout.replaceAll(/\s+/g, " ")).toMatch(/the history is incomplete: .*\(EFBIG\)/);
    expect(exitCode).toBe(7);
  });
});
