import { expect, it } from "vitest";
import type { Order } from "../../../src/order/order.ts";
import { findFreePort } from "../../../src/runtime/stack/processes/free-port.ts";
import {
  createPipeline,
  manyOrders,
  outcomesById,
  setAvailable,
  type TestPipeline,
} from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { startConsumerProcess } from "./consumer-process.ts";
import { reconcileById } from "./reconcile.ts";

const contents = {
  text: `
    SELECT (SELECT md5(string_agg(o::text, ',' ORDER BY o::text)) FROM orders o) AS orders,
           (SELECT md5(string_agg(i::text, ',' ORDER BY i::text)) FROM inventory i) AS inventory,
           (SELECT md5(string_agg(c::text, ',' ORDER BY c::text)) FROM consumer_offsets c) AS offsets`,
};

interface Zombie {
  /** Of the one product that all orders want. */
  readonly available: number;
  /** Where it stops itself. */
  readonly failpoint: string;
  readonly strategy: string;
  /** What it says when it is back and finds that it was fenced. */
  readonly says: RegExp;
}

/**
 * An instance stops in mid-work past its session; another takes everything over; then the first one
 * goes on where it stopped.
 * @returns how long the heir took, from the stop on.
 */
async function stopPastItsSession(pipeline: TestPipeline, zombie: Zombie): Promise<number> {
  const placed: Order[] = [];
  const place = async (count: number) => {
    const orders = manyOrders(count, "PROD007");
    await pipeline.place(orders);
    placed.push(...orders);
  };
  await setAvailable(pipeline.database, "PROD007", zombie.available);
  await place(300);
  const process = startConsumerProcess(
    { ...pipeline.environment, ORDERS_FAILPOINT: zombie.failpoint },
    await findFreePort(),
    ...["--batch", "20", "--workers", "2", "--strategy", zombie.strategy],
  );
  try {
    await process.suspended();
    const stoppedAtMs = performance.now();
    expect(await pipeline.consume()).toMatchObject({ caughtUp: true });
    const tookMs = performance.now() - stoppedAtMs;
    const before = (await pipeline.database.query(contents)).rows;
    process.kill("SIGCONT");
    await process.saying(zombie.says);
    await process.ready();
    expect((await pipeline.database.query(contents)).rows).toEqual(before);
    await place(50);
    await eventually(
      async () => (await outcomesById(pipeline.database)).size === placed.length,
      "the zombie goes on",
    );
    process.kill("SIGTERM");
    const { exitCode, all } = await process.child;
    expect(exitCode, all).toBe(0);
    expect((await reconcileById(pipeline, placed)).reserved).toBe(
      Math.min(zombie.available, placed.length),
    );
    return tookMs;
  } finally {
    process.kill("SIGCONT");
    process.kill("SIGKILL");
  }
}

it.concurrent.each([
  ["ample", 1_000],
  ["short", 30],
])("writes nothing when it comes back before its transaction, stock being %s", async (_, available) => {
  const pipeline = await createPipeline(2);
  try {
    await stopPastItsSession(pipeline, {
      available,
      failpoint: "before-transaction:2:stop",
      strategy: "batch",
      says: /the database is at \d+; reading on from there/,
    });
  } finally {
    await pipeline.close();
  }
});

it.concurrent("holds nobody up when it hangs in an open transaction", async () => {
  const pipeline = await createPipeline(2);
  try {
    const tookMs = await stopPastItsSession(pipeline, {
      available: 1_000,
      failpoint: "between-statements:8:stop",
      strategy: "row-lock",
      says: /reading 2 partitions[\s\S]*reading 2 partitions/,
    });
    // The session of 6 s, in which PostgreSQL ends the transaction; a statement may wait for 30 s.
    expect(tookMs).toBeLessThan(20_000);
  } finally {
    await pipeline.close();
  }
});
