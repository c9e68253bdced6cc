import { afterEach, beforeEach, expect, it } from "vitest";
import { holdSlots } from "../../../src/shop/relay/sql/hold-slots.ts";
import { eventually } from "../services.ts";
import { createTestShop, oneItem, type TestShop } from "./shop.ts";

// PostgreSQL's own clock stays: what it wrote an hour ago stands an hour ahead.

let shop: TestShop;
beforeEach(async () => {
  shop = await createTestShop();
});
afterEach(() => shop.close());

const dead = "00000000-0000-4000-8000-000000000001";
const alive = "00000000-0000-4000-8000-000000000002";
const holdMs = 1_000;

it("a relay that died before the clock was set back is replaced after its time, not an hour later", async () => {
  const { database } = shop.db;
  expect(await holdSlots(database, dead, holdMs)).toHaveLength(64);
  await database.query({
    text: "UPDATE shop.relays SET seen_at = seen_at + interval '1 hour'",
  });
  await database.query({
    text: "UPDATE shop.outbox_slots SET held_until = held_until + interval '1 hour'",
  });
  // It may be alive: what it holds is left to it at first.
  expect(await holdSlots(database, alive, holdMs)).toEqual([]);
  await eventually(
    async () => (await holdSlots(database, alive, holdMs)).length === 64,
    "all of it is taken over",
    20 * holdMs,
  );
});

it("an event that was refused before the clock was set back is tried again, not an hour later", async () => {
  await shop.post("/orders", { customerId: "c", items: oneItem(1) });
  const failAt = (time: string) =>
    shop.db.database.query({
      text: `UPDATE shop.event_outbox SET status = 'FAILED', next_attempt_at = clock_timestamp() + interval '${time}'`,
    });
  await failAt("59 seconds");
  const relay = shop.relay();
  await relay.start();
  await eventually(() => relay.notReadyBecause() === undefined, "it works its parts");
  expect(await shop.unsent()).toBe(1);
  await failAt("59 minutes");
  await eventually(async () => (await shop.unsent()) === 0, "it is sent");
});
