import { execa } from "execa";
import { beforeAll, expect, it } from "vitest";
import { type Failpoint, failpoints } from "../../../src/reservation/failpoints.ts";
import { createPipeline } from "../reservation/pipeline.ts";
import { placeMixed } from "./mixed-orders.ts";
import { reconcileById } from "./reconcile.ts";

/** The heirs wait for the sessions of the dead to end: they do so side by side. */
const atOnce = 12;
const orders = 300;
const flags = ["--until-caught-up", "--batch", "20", "--workers", "2"];

/** What happens with every batch is cut off in the second one, the rest where it happens first. */
const reachedOnce = /^(assigned|offsets-read|sought|resumed|letters|stop|left)/;

const ended = new Map<Failpoint, Promise<void>>();

beforeAll(() => {
  const lanes = Array.from({ length: atOnce }, () => Promise.resolve());
  for (const [index, point] of failpoints.entries()) {
    const lane = index % atOnce;
    const crashed = (lanes[lane] ?? Promise.resolve()).then(() => crashAndReconcile(point));
    ended.set(point, crashed);
    lanes[lane] = crashed.catch(() => {});
  }
});

async function crashAndReconcile(point: Failpoint): Promise<void> {
  const pipeline = await createPipeline(2);
  try {
    const placed = await placeMixed(pipeline, orders);
    const killed = await execa("node", ["bin/run.js", "consume", ...flags], {
      env: {
        ...pipeline.environment,
        ORDERS_FAILPOINT: reachedOnce.test(point) ? point : `${point}:2`,
      },
      reject: false,
      all: true,
      timeout: 100_000,
    });
    expect(killed.signal, `the point was never reached; it said:\n${killed.all}`).toBe("SIGKILL");
    expect(killed.stderr).toContain("ORDERS_FAILPOINT is set");
    expect(await pipeline.consume()).toMatchObject({ caughtUp: true });
    const { reserved, rejected, deadLetters } = await reconcileById(pipeline, placed.orders);
    expect(reserved + rejected).toBe(orders);
    expect(rejected).toBeGreaterThan(orders / 50);
    expect(deadLetters).toBe(placed.deadLetters);
  } finally {
    await pipeline.close();
  }
}

it.each(failpoints)("loses and doubles nothing when it is killed at: %s", async (point) => {
  await ended.get(point);
});
