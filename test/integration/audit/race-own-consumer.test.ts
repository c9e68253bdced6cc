import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { runRace } from "../../../src/audit/race/run-race.ts";
import { openKafkaOrderPlacer } from "../../../src/audit/wiring/open-kafka-order-placer.ts";
import { openLogReader } from "../../../src/audit/wiring/open-log-reader.ts";
import { createKafka } from "../../../src/runtime/kafka/kafka-client.ts";
import { createPipeline } from "../reservation/pipeline.ts";
import { eventually, testSettings } from "../services.ts";
import { raceDefaults, silentNarrator } from "./race-bench.ts";

/** The first reserved order is rejected afterwards, its piece given back: somebody else gets it. */
const flipping = `
  CREATE FUNCTION flip_order() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF EXISTS (SELECT FROM orders WHERE status = 'rejected' AND rejection_detail IS NULL) THEN
      RETURN NULL;
    END IF;
    UPDATE orders SET status = 'rejected' WHERE order_id = NEW.order_id;
    UPDATE inventory SET available_quantity = available_quantity + NEW.quantity,
                         reserved_quantity = reserved_quantity - NEW.quantity
    WHERE product_id = NEW.product_id;
    RETURN NULL;
  END $$;
  CREATE TRIGGER flip_order AFTER INSERT ON orders FOR EACH ROW
  WHEN (NEW.status = 'reserved') EXECUTE FUNCTION flip_order()`;

it("makes the transactions of one consumer of ours meet in every round, and finds it consistent", async () => {
  const pipeline = await createPipeline(12);
  const { topic, group } = pipeline.settings;
  const log = await openLogReader(createKafka(testSettings(), "orders-test-audit"), topic, group);
  const placer = await openKafkaOrderPlacer(createKafka(testSettings(), "orders-test"), topic);
  const stop = new AbortController();
  const consuming = pipeline.consume({ signal: stop.signal, untilCaughtUp: false });
  try {
    await eventually(async () => (await log.groupState()).members === 1, "the consumer has joined");
    const race = () =>
      runRace(
        { database: pipeline.database, log },
        placer,
        { ...raceDefaults, raceId: randomUUID().slice(0, 8), orders: 60, rounds: 3, stock: 35 },
        silentNarrator,
        stop.signal,
      );
    const run = await race();
    expect(run.verdict, run.reason).toBe("consistent");
    // Every check has its evidence here: nothing is left open.
    expect(run.checks.filter((check) => check.status !== "pass")).toEqual([]);
    expect(run.counts).toMatchObject({ accepted: 60, reserved: 35, rejected: 25 });
    expect(run.overlap).toMatchObject({ rounds: 3, roundsWithOverlap: 3 });
    // All 35 pieces are sold then, too: only the row that lost its reason shows what happened.
    await pipeline.database.query({ text: flipping });
    const flipped = await race();
    expect(flipped.counts).toMatchObject({ reserved: 35, rejected: 25 });
    expect(flipped.checks.filter(({ status }) => status === "fail")).toMatchObject([
      { check: "rejections-justified", detail: expect.stringContaining("no record") },
    ]);
  } finally {
    stop.abort();
    await consuming;
    await placer.close();
    await log.close();
    await pipeline.close();
  }
});
