import { afterEach, describe, expect, it } from "vitest";
import type { HistoryEntry } from "../../../src/load/history.ts";
import { judgeDelivery } from "../../../src/load/judge-delivery.ts";
import { type LoadRequestText, parseLoadRequest } from "../../../src/load/load-request.ts";
import type { OrderState } from "../../../src/load/target.ts";
import { httpTarget } from "../../../src/load/targets/http.ts";
import { type ProduceOptions, produceLoad } from "../../../src/load/wiring/produce-load.ts";
import { resolveSettings } from "../../../src/runtime/settings/resolve-settings.ts";
import { type Behaviour, type OrderServer, startOrderServer } from "./order-server.ts";

let server: OrderServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function load(
  url: string,
  text: Partial<LoadRequestText> = {},
  options: Partial<ProduceOptions> = {},
  signal?: AbortSignal,
) {
  const history: HistoryEntry[] = [];
  const produced = await produceLoad(
    parseLoadRequest({ rate: "500", duration: "200ms", timeout: "20s", ...text }),
    {
      target: httpTarget,
      maxInFlight: 1_000,
      connectionsMax: 100,
      ...options,
    },
    resolveSettings({ flags: { apiUrl: url } }).values,
    { signal, onSettled: (entry) => history.push(entry) },
  );
  return { ...produced, history };
}

const stateOf: Readonly<Record<Behaviour, OrderState>> = {
  accept: "acked",
  "accept slowly": "acked",
  "accept under another id": "acked",
  "refuse 400": "failed",
  "busy 503": "failed",
  "unsure 504": "unknown",
  "broken 500": "unknown",
  "created 201": "acked",
  "redirect 302": "unknown",
  "accept too late": "unknown",
  "half an answer": "unknown",
  hang: "unknown",
  cut: "unknown",
  "not HTTP": "unknown",
};
const behaviours = Object.keys(stateOf) as Behaviour[];

describe("a load over HTTP", () => {
  it("says of every order what a client can know, however the server behaves", async () => {
    const behaviourOf = (sequence: number) => behaviours[sequence % behaviours.length] ?? "accept";
    server = await startOrderServer(behaviourOf);
    const text = { timeout: "3s", duration: "280ms" };
    const { result, delivered, history } = await load(server.url, text);
    expect(history).toHaveLength(140);
    for (const entry of history) {
      const behaviour = behaviourOf(Number(entry.key.slice(entry.key.lastIndexOf("-") + 1)));
      expect([behaviour, entry.state]).toEqual([behaviour, stateOf[behaviour]]);
    }
    expect(result.counts).toEqual({
      offered: 140,
      sent: 140,
      acked: 40,
      failed: 20,
      unknown: 80,
      dropped: 0,
    });
    expect(result.otherId).toBe(10);
    expect(delivered.exitCode).toBe(5);
    expect(result.answers).toContainEqual({ state: "unknown", kind: "timeout", count: 20 });
    expect(result.answers).toContainEqual({ state: "unknown", kind: "connection cut", count: 20 });
    expect(result.answers).toContainEqual({
      ...{ state: "failed", kind: "400", count: 10, sample: "{}" },
    });
  });

  it("sends each order once: a cut connection is not a reason to send again", async () => {
    server = await startOrderServer((sequence) => (sequence % 2 === 0 ? "cut" : "accept"));
    await load(server.url);
    expect(server.keys).toHaveLength(100);
    expect(new Set(server.keys).size).toBe(100);
  });

  it("never uses more connections than allowed; those that wait are late, not lost", async () => {
    server = await startOrderServer(() => "accept slowly");
    const { result } = await load(server.url, {}, { connectionsMax: 3 });
    expect(server.concurrencyMax()).toBeLessThanOrEqual(3);
    expect(result.counts.acked).toBe(100);
    // 100 orders of 30 ms over 3 connections take a second; they were due within 200 ms.
    expect(result.scheduleLagMs.max).toBeGreaterThan(500);
    // On a machine that others use the run says that as well; here it is not what is asked.
    const generator = { ...result.generator, coreWaitShare: 0 };
    expect(judgeDelivery({ ...result, generator }).verdict).toBe("undelivered");
  });

  it("fails, and does not send, what could not leave before its timeout", async () => {
    const started = await startOrderServer(() => "hang");
    server = started;
    const burst = { rate: "100000", duration: "1ms", timeout: "1s" };
    const { result, history } = await load(started.url, burst, { connectionsMax: 2 });
    expect(result.counts.acked).toBe(0);
    const never = history.filter((entry) => entry.sentAtMs === undefined);
    expect(never.length).toBeGreaterThan(0);
    for (const { key, state, kind } of never) {
      expect([state, kind]).toEqual(["failed", "timeout before it was sent"]);
      expect(started.keys).not.toContain(key);
    }
    expect(result.counts.unknown).toBe(100 - never.length);
  });

  it("counts orders to a server that went away as failed, or unknown when they had left", async () => {
    const started = await startOrderServer((sequence) => {
      if (sequence === 50) void started.close();
      return "accept";
    });
    // Long enough that orders are still due when the server is gone, also on a busy machine.
    const { result, history } = await load(started.url, { duration: "2s" });
    expect(result.counts.acked).toBeLessThan(1_000);
    expect(result.unreachable).toBeGreaterThan(0);
    expect(result.answers.map((each) => each.kind)).toContain("ECONNREFUSED");
    const accepted = new Set(started.keys);
    for (const entry of history) {
      if (entry.state === "failed") expect(accepted).not.toContain(entry.key);
    }
  });

  it("says at once that nothing listens, before any order", async () => {
    const gone = await startOrderServer(() => "accept");
    await gone.close();
    await expect(load(gone.url)).rejects.toMatchObject({
      kind: "environment",
      message: `${gone.url}/order cannot be reached: ECONNREFUSED`,
      remedy: expect.stringContaining("orders up") as string,
    });
  });

  it("refuses what is no URL of an API, without repeating a password in it", async () => {
    const refusal = load("http://user:secret@127.0.0.1:1");
    await expect(refusal).rejects.toMatchObject({ kind: "usage" });
    await expect(refusal).rejects.not.toThrow(/secret/);
    await expect(load("ftp://127.0.0.1")).rejects.toMatchObject({ kind: "usage" });
  });

  it("stops at the signal and still accounts for what is under way", async () => {
    const controller = new AbortController();
    server = await startOrderServer((sequence) => {
      if (sequence === 40) controller.abort();
      return "accept slowly";
    });
    const { result } = await load(server.url, { duration: "60s" }, {}, controller.signal);
    expect(result.end).toBe("stopped");
    expect(result.counts.offered).toBeGreaterThan(40);
    expect(result.counts.acked).toBe(result.counts.offered);
  });

  it("repeats a run's very orders under the same seed and run id", async () => {
    server = await startOrderServer(() => "accept");
    await load(server.url, { seed: "s", runId: "r" });
    await load(server.url, { seed: "s", runId: "r" });
    await load(server.url, { seed: "s" });
    expect(server.keys).toHaveLength(300);
    expect(new Set(server.keys).size).toBe(200);
  });
});
