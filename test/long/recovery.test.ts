import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { execa } from "execa";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Order } from "../../src/order/order.ts";
import { findFreePort } from "../../src/runtime/stack/processes/free-port.ts";
import { startConsumerProcess } from "../integration/faults/consumer-process.ts";
import { reconcileById } from "../integration/faults/reconcile.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  type TestPipeline,
} from "../integration/reservation/pipeline.ts";
import { eventually } from "../integration/services.ts";

/** What is promised; the bounds below leave a busy machine as much again. */
const promisedMs = { killed: 10_000, stopped: 1_000 };

let pipeline: TestPipeline;
let environment: Record<string, string>;
beforeEach(async () => {
  pipeline = await createPipeline(8);
  // The default session timeout is what is measured.
  const { KAFKA_SESSION_TIMEOUT_MS: _, ...rest } = pipeline.environment;
  environment = rest;
});
afterEach(() => pipeline.close());

/** Places 200 orders a second until told to stop. */
function steadyLoad() {
  const placed: Order[] = [];
  let going = true;
  const running = (async () => {
    while (going) {
      const orders = manyOrders(20).map((order) => ({
        ...order,
        customerId: `CUST${Math.floor(Math.random() * 10_000)}`,
      }));
      await pipeline.place(orders);
      placed.push(...orders);
      await pause(100);
    }
  })();
  return {
    async end(): Promise<readonly Order[]> {
      going = false;
      await running;
      await eventually(
        async () => (await outcomesById(pipeline.database)).size === placed.length,
        "all are decided",
        60_000,
      );
      return placed;
    },
  };
}

const longestPause = {
  text: `
    SELECT max(extract(epoch FROM created_at - before) * 1000) AS pause_ms
    FROM (SELECT created_at, lag(created_at) OVER (PARTITION BY source_partition ORDER BY created_at) AS before
          FROM orders) AS decided
    WHERE created_at > $1`,
};

/** The longest time that a partition went without a decision, since `from`. */
async function pauseSince(from: Date): Promise<number> {
  const { rows } = await pipeline.database.query<{ pause_ms: string }>(longestPause, [from]);
  return Math.round(Number(rows[0]?.pause_ms));
}

it("is replaced within ten seconds when it was killed", async () => {
  const stateHome = mkdtempSync(join(tmpdir(), "orders-recovery-"));
  const orders = (...args: string[]) =>
    execa("node", ["bin/run.js", ...args, "--stack", "recovery", "--json"], {
      env: { ...environment, XDG_STATE_HOME: stateHome },
    });
  try {
    await orders("up", "--port", "0", "--engine", "external");
    const load = steadyLoad();
    await eventually(async () => (await outcomesById(pipeline.database)).size > 500, "it decides");
    const { stdout } = await orders("status");
    const { processes } = JSON.parse(stdout) as {
      processes: { name: string; pid: number | null }[];
    };
    const consumer = processes.find(({ name }) => name === "consumer-1");
    const from = new Date();
    process.kill(consumer?.pid ?? 0, "SIGKILL");
    await eventually(
      async () => (await pauseSince(from)) > 2_000,
      "it decides again",
      2 * promisedMs.killed,
    );
    const placed = await load.end();
    const tookMs = await pauseSince(from);
    console.log(
      `killed, supervised: no decision for ${tookMs} ms (promised: ${promisedMs.killed})`,
    );
    expect(tookMs).toBeLessThan(2 * promisedMs.killed);
    await reconcileById(pipeline, placed);
  } finally {
    await orders("down");
    rmSync(stateHome, { recursive: true, force: true });
  }
});

it("hands over within a second when it is stopped", async () => {
  const consumers = [
    startConsumerProcess(environment, await findFreePort()),
    startConsumerProcess(environment, await findFreePort()),
  ];
  try {
    for (const consumer of consumers) await consumer.ready();
    for (const consumer of consumers) await consumer.saying(/reading 4 partitions/);
    const load = steadyLoad();
    await eventually(async () => (await outcomesById(pipeline.database)).size > 500, "they decide");
    const from = new Date();
    consumers[0]?.kill("SIGTERM");
    const ended = await consumers[0]?.child;
    const endedMs = Date.now() - from.getTime();
    expect(ended?.exitCode).toBe(0);
    const before = (await outcomesById(pipeline.database)).size;
    await eventually(
      async () => (await outcomesById(pipeline.database)).size > before + 500,
      "the other decides",
    );
    const placed = await load.end();
    const tookMs = await pauseSince(from);
    console.log(
      `stopped after ${endedMs} ms: no decision for ${tookMs} ms (promised: ${promisedMs.stopped})`,
    );
    expect(tookMs).toBeLessThan(5 * promisedMs.stopped);
    await reconcileById(pipeline, placed);
  } finally {
    for (const consumer of consumers) consumer.kill("SIGKILL");
  }
});
