import { afterEach, beforeEach, expect, it } from "vitest";
import { createPipeline, outcomesById, type TestPipeline } from "../reservation/pipeline.ts";
import { eventually } from "../services.ts";
import { placeMixed } from "./mixed-orders.ts";
import { reconcileById } from "./reconcile.ts";

let pipeline: TestPipeline;
beforeEach(async () => {
  pipeline = await createPipeline(4);
});
afterEach(() => pipeline.close());

const ourName = async (setting: string) => {
  const { rows } = await pipeline.database.query<{ name: string }>({
    text: "SELECT current_database() AS name",
  });
  await pipeline.database.query({ text: `ALTER DATABASE ${rows[0]?.name} SET ${setting}` });
};

/** Two instances drain it together. @returns how often each error was met. */
async function drainTogether(count: number): Promise<(error: RegExp) => number> {
  const said: string[] = [];
  const consume = () =>
    pipeline.consume({
      settings: { batch: 50, workers: 4 },
      log: (line) => said.push(line),
    });
  const results = await Promise.all([consume(), consume()]);
  expect(results.reduce((sum, { reserved, rejected }) => sum + reserved + rejected, 0)).toBe(count);
  return (error) => said.filter((line) => error.test(line)).length;
}

const wrongOrder = {
  text: "UPDATE inventory SET updated_at = now() WHERE product_id = 'PROD' || lpad($1, 3, '0')",
};

it("survives programs that lock the stock in the wrong order", async () => {
  await ourName("deadlock_timeout = '10ms'");
  const { orders, deadLetters } = await placeMixed(pipeline, 1_000);
  let ended = 0;
  const storm = async () => {
    for (let rounds = 0; rounds < 60; rounds++) {
      const round = pipeline.database.transaction(async (tx) => {
        for (let product = 10; product >= 1; product--)
          await tx.query(wrongOrder, [String(product)]);
      });
      // Sometimes PostgreSQL picks this one to give way, sometimes one of ours.
      await round.then(
        () => ended++,
        () => {},
      );
    }
  };
  const sessions = [storm(), storm()];
  const met = await drainTogether(orders.length);
  await Promise.all(sessions);
  expect(met(/waiting: deadlock detected/)).toBeGreaterThan(0);
  expect(ended).toBeGreaterThan(0);
  expect(await reconcileById(pipeline, orders)).toMatchObject({ deadLetters });
});

it("survives serialization failures, one after another", async () => {
  const { orders, deadLetters } = await placeMixed(pipeline, 500);
  // A sequence counts also what is rolled back: the storm ends after so many.
  for (const text of [
    "CREATE SEQUENCE storm",
    `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
       IF nextval('storm') <= 25 THEN
         RAISE EXCEPTION 'could not serialize access due to concurrent update' USING ERRCODE = '40001';
       END IF;
       RETURN NULL;
     END $$`,
    `CREATE TRIGGER refuse AFTER UPDATE ON inventory FOR EACH STATEMENT EXECUTE FUNCTION refuse()`,
  ])
    await pipeline.database.query({ text });
  const met = await drainTogether(orders.length);
  expect(met(/waiting: could not serialize/)).toBeGreaterThan(0);
  expect(await reconcileById(pipeline, orders)).toMatchObject({ deadLetters });
});

it("waits for a program that keeps the stock locked for long, and loses nothing", async () => {
  const { orders } = await placeMixed(pipeline, 200);
  const said: string[] = [];
  const running = await pipeline.database.transaction(async (tx) => {
    await tx.query({ text: "SELECT 1 FROM inventory FOR UPDATE" });
    const running = pipeline.consume({
      settings: { batch: 20, lockTimeoutMs: 300 },
      log: (line) => said.push(line),
    });
    await eventually(() => said.some((line) => /waiting: .*lock timeout/.test(line)), "it waits");
    expect((await outcomesById(pipeline.database)).size).toBe(0);
    return { running };
  });
  await running.running;
  await reconcileById(pipeline, orders);
});
