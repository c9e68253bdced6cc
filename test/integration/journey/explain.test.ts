import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explainOrder } from "../../../src/journey/explain-order.ts";
import { type OrderStoryJson, orderStoryJson } from "../../../src/journey/show/order-story.ts";
import type { SentEvidence } from "../../../src/journey/story/evidence.ts";
import { newOrderId } from "../../../src/order/order-id.ts";
import { type ShopEventType, writeShopEvent } from "../../../src/order/shop-event.ts";
import { migrate } from "../../../src/runtime/postgres/migrate.ts";
import {
  createTestDatabase,
  createTestTopic,
  type TestDatabase,
  type TestTopic,
  testSettings,
  uniqueName,
} from "../services.ts";

let test: TestDatabase;
let topic: TestTopic;
let group: string;
beforeEach(async () => {
  [test, topic] = await Promise.all([createTestDatabase(), createTestTopic(3)]);
  group = uniqueName("explain");
});
afterEach(() => Promise.all([test.drop(), topic.drop()]));

const settings = () =>
  testSettings({ databaseUrl: test.url, topic: topic.topic, group, dlqTopic: topic.topic });

async function explain(
  orderId: string,
  {
    sent = [],
    eventsTopic = "order-events",
    ...more
  }: {
    readonly sent?: readonly SentEvidence[];
    readonly eventsTopic?: string;
    readonly sinceMs?: number;
    readonly timeoutMs?: number;
    readonly copies?: boolean;
  } = {},
): Promise<OrderStoryJson> {
  const evidence = await explainOrder(
    { ...settings(), eventsTopic },
    {
      ...{ orderId, sent, historiesUnknown: undefined, sinceMs: undefined, copies: false },
      ...{ timeoutMs: 60_000, signal: new AbortController().signal, onProgress: () => {} },
      ...more,
    },
  );
  return orderStoryJson(evidence);
}

function sentAs(state: SentEvidence["state"], kind: string, quantity = 2): SentEvidence {
  const nowMs = Date.now();
  return {
    ...{ from: "run.ndjson", state, kind, customerId: "CUST1", intendedAtMs: nowMs - 1_000 },
    lines: [{ productId: "PROD001", quantity }],
    ...{ sentAtMs: nowMs - 999, answeredAtMs: nowMs - 990 },
  };
}

/** @returns where it stands. */
async function publish(
  orderId: string,
  body: object = {},
  timestamp?: string,
): Promise<{ partition: number; offset: number }> {
  const producer = topic.kafka.producer();
  await producer.connect();
  const value = JSON.stringify({
    ...{ order_id: orderId, customer_id: "CUST1", product_id: "PROD001", quantity: 2, amount: 5 },
    ...body,
  });
  const [sent] = await producer.send({
    topic: topic.topic,
    messages: [{ key: "CUST1", value, ...(timestamp === undefined ? {} : { timestamp }) }],
  });
  await producer.disconnect();
  return { partition: sent?.partition ?? -1, offset: Number(sent?.baseOffset) };
}

interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** Writes what a consumer that has decided the message would, offset and all, in one transaction. */
async function decide(orderId: string, { partition, offset }: Place, productId = "PROD001") {
  const known = productId === "PROD001";
  await test.database.transaction(async (tx) => {
    await tx.query(
      {
        text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, rejection_reason, rejection_detail, source_partition, source_offset)
               VALUES ($1, 'CUST1', $2, 2, 5, $3, $4, $5, $6, $7)`,
      },
      [
        ...[orderId, productId, known ? "reserved" : "rejected"],
        ...(known
          ? [null, null]
          : ["unknown_product", { product_id: productId, wanted: 2, available: 0 }]),
        ...[partition, offset],
      ],
    );
    await tx.query(storeOffset, [group, topic.topic, partition, offset + 1]);
  });
}

const storeOffset = {
  text: `INSERT INTO consumer_offsets VALUES ($1, $2, $3, $4)
         ON CONFLICT (group_id, topic, partition) DO UPDATE SET next_offset = excluded.next_offset`,
};

async function bury(orderId: string, { partition, offset }: Place, reason = "invalid_field") {
  await test.database.query(
    {
      text: `INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, order_id)
             VALUES ($1, $2, $3, $4, 'quantity is -1', $5)`,
    },
    [topic.topic, partition, offset, reason, orderId],
  );
}

function what({ steps }: OrderStoryJson): readonly string[] {
  return steps.map((step) => step.what);
}

describe("explain", () => {
  it("tells of a reserved order when it was sent, logged, and committed in which transaction", async () => {
    const orderId = newOrderId();
    const at = await publish(orderId);
    await decide(orderId, at);
    const story = await explain(orderId.toUpperCase(), { sent: [sentAs("acked", "202")] });
    expect(story).toMatchObject({ order_id: orderId, verdict: "explained", end: "reserved" });
    expect(what(story)).toEqual(["intended", "sent", "acknowledged", "in the log", "reserved"]);
    expect(story.steps.at(-1)?.text).toMatch(
      new RegExp(
        `^2 × PROD001; from ${at.partition}/${at.offset}; in transaction \\d+, committed then`,
      ),
    );
    const times = story.steps.map((step) => Date.parse(step.at ?? ""));
    expect(times).toEqual(times.toSorted((a, b) => a - b));
  });

  it("tells why an order was rejected", async () => {
    const orderId = newOrderId();
    await decide(orderId, await publish(orderId, { product_id: "NOPE" }), "NOPE");
    const story = await explain(orderId);
    expect(story).toMatchObject({ verdict: "explained", end: "rejected" });
    expect(story.steps.at(-1)?.text).toContain("unknown product: wanted 2, available 0");
  });

  it("tells of a dead letter, and of what became of its replay", async () => {
    const orderId = newOrderId();
    await bury(orderId, await publish(orderId, { quantity: -1 }));
    const dead = await explain(orderId);
    expect(dead).toMatchObject({ verdict: "explained", end: "dead-lettered" });
    expect(what(dead)).toEqual(["in the log", "dead-lettered"]);

    // Produced again, as `dlq replay` records it, and waiting to be decided.
    const again = await publish(orderId);
    await test.database.query(
      {
        text: `INSERT INTO dead_letter_replays (dead_letter_id, letter_recorded_at, target_topic, target_partition, searched_from, result, target_offset, settled_at)
               SELECT dead_letter_id, recorded_at, source_topic, $1, 0, 'produced', $2, now() FROM dead_letters`,
      },
      [again.partition, again.offset],
    );
    const waiting = await explain(orderId);
    expect(waiting).toMatchObject({ verdict: "open", end: "undecided" });
    expect(what(waiting)).toContain("replay produced");
    await decide(orderId, again);
    expect(await explain(orderId)).toMatchObject({ verdict: "explained", end: "reserved" });
  });

  it("says of a lost order that the offset has passed it", async () => {
    const orderId = newOrderId();
    const { partition, offset } = await publish(orderId);
    await test.database.query({ text: "INSERT INTO consumer_offsets VALUES ($1, $2, $3, $4)" }, [
      group,
      topic.topic,
      partition,
      offset + 1,
    ]);
    const story = await explain(orderId, { sent: [sentAs("acked", "202")] });
    expect(story).toMatchObject({ verdict: "violation", end: "lost" });
    expect(story.because[0]).toBe(
      `it was acknowledged and is in the log at ${partition}/${offset}, and no row and no dead letter has it; the consumer's offset in the database is ${offset + 1}: lost`,
    );
  });

  it("says of an undecided one how far the consumer is, or that nobody knows", async () => {
    const orderId = newOrderId();
    await publish(newOrderId());
    const { partition, offset } = await publish(orderId);
    const unknown = await explain(orderId);
    expect(unknown).toMatchObject({ verdict: "open", end: "undecided" });
    expect(unknown.because[0]).toContain("neither stored nor committed");
    await test.database.query({ text: "INSERT INTO consumer_offsets VALUES ($1, $2, $3, $4)" }, [
      group,
      topic.topic,
      partition,
      offset - 1,
    ]);
    const waiting = await explain(orderId);
    expect(waiting.because[0]).toContain(`decides is ${offset - 1}, 1 before it`);
  });

  it("tells acknowledged but never logged from what was refused, dropped, or never arrived", async () => {
    const orderId = newOrderId();
    await publish(newOrderId());
    const story = (state: SentEvidence["state"]) =>
      explain(orderId, { sent: [sentAs(state, "kind")] });
    expect(await story("acked")).toMatchObject({ verdict: "violation", end: "never logged" });
    expect(await story("failed")).toMatchObject({ verdict: "explained", end: "refused" });
    expect(await story("dropped")).toMatchObject({ verdict: "explained", end: "never sent" });
    expect(await story("unknown")).toMatchObject({ verdict: "explained", end: "never arrived" });
    expect(await explain(orderId)).toMatchObject({ verdict: "open", end: "no trace", steps: [] });
  });

  it("does not take what it could not read for missing", async () => {
    const orderId = newOrderId();
    await publish(newOrderId());
    const story = await explain(orderId, { sent: [sentAs("acked", "202")], timeoutMs: 0 });
    expect(story).toMatchObject({ verdict: "open", end: "not found" });
    expect(story.unknown[0]).toContain("--timeout");
  });

  it("finds an order that was refused and decided all the same", async () => {
    const orderId = newOrderId();
    await decide(orderId, await publish(orderId));
    const story = await explain(orderId, { sent: [sentAs("failed", "503")] });
    expect(story).toMatchObject({ verdict: "violation", end: "refused but there" });
  });

  it("finds that rows say otherwise than the message, and than what was sent", async () => {
    const orderId = newOrderId();
    await decide(orderId, await publish(orderId));
    expect(await explain(orderId, { sent: [sentAs("acked", "202", 3)] })).toMatchObject({
      ...{ verdict: "violation", end: "altered" },
      because: ["what was sent and the message differ: CUST1, 3 × PROD001; CUST1, 2 × PROD001"],
    });
    await test.database.query({ text: "UPDATE orders SET product_id = 'PROD002'" });
    expect((await explain(orderId)).because[0]).toContain("the message and the rows differ");
  });

  it("finds a row that names the message of another order", async () => {
    const orderId = newOrderId();
    const other = newOrderId();
    const { partition, offset } = await publish(other);
    await test.database.query(
      {
        text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status, source_partition, source_offset)
               VALUES ($1, 'CUST1', 'PROD001', 2, 5, 'reserved', $2, $3)`,
      },
      [orderId, partition, offset],
    );
    const story = await explain(orderId);
    expect(story).toMatchObject({ verdict: "violation", end: "from another message" });
    expect(story.because[0]).toContain(
      `${partition}/${offset}, where the message of ${other} stands`,
    );
  });

  it("finds two outcomes of one order, and takes a dead-lettered later duplicate for none", async () => {
    const orderId = newOrderId();
    await decide(orderId, await publish(orderId));
    const { partition, offset } = await publish(orderId, { quantity: 3 });
    await bury(orderId, { partition, offset }, "conflicting_duplicate");
    const duplicate = await explain(orderId);
    expect(duplicate).toMatchObject({ verdict: "explained", end: "reserved" });
    expect(what(duplicate)).toContain("dead-lettered");
    await test.database.query(
      {
        text: "UPDATE dead_letters SET reason = 'unprocessable' WHERE source_partition = $1 AND source_offset = $2",
      },
      [partition, offset],
    );
    expect(await explain(orderId)).toMatchObject({ verdict: "violation", end: "doubled" });
  });

  it("finds copies in the log where it is asked for them", async () => {
    const orderId = newOrderId();
    await decide(orderId, await publish(orderId));
    await publish(orderId);
    const count = (story: OrderStoryJson) =>
      what(story).filter((one) => one === "in the log").length;
    expect(count(await explain(orderId))).toBe(1);
    expect(count(await explain(orderId, { copies: true }))).toBe(2);
  });

  it("finds a message that is older than its id says", async () => {
    const orderId = newOrderId();
    const { partition, offset } = await publish(orderId, {}, String(Date.now() - 3_600_000));
    const story = await explain(orderId);
    expect(story.because[0]).toContain(`${partition}/${offset}`);
  });
});

describe("explain in another program's tables", () => {
  beforeEach(async () => {
    await test.database.query({
      text: `DROP TABLE orders, dead_letters, consumer_offsets, stock_movements, epochs CASCADE;
             CREATE TABLE orders (order_id text, customer_id text, product_id text, quantity int, amount numeric,
                                  status text, created_at timestamptz DEFAULT now(), updated_at timestamptz DEFAULT now())`,
    });
  });

  it("knows ids that are texts, and offsets in Kafka only", async () => {
    const commit = async (offset: number, partition: number) => {
      const admin = topic.kafka.admin();
      await admin.connect();
      await admin.setOffsets({
        groupId: group,
        topic: topic.topic,
        partitions: [{ partition, offset: String(offset) }],
      });
      await admin.disconnect();
    };
    const minuteAgo = String(Date.now() - 60_000);
    const at = await publish("ORD-17", {}, minuteAgo);
    expect(await explain("ORD-17")).toMatchObject({ verdict: "open", end: "undecided" });
    await commit(at.offset + 1, at.partition);
    const lost = await explain("ORD-17");
    expect(lost).toMatchObject({ verdict: "violation", end: "lost" });
    expect(lost.because[0]).toContain(`the offset of ${group} in Kafka is ${at.offset + 1}`);
    // It may still be at it.
    const fresh = await publish("ORD-18");
    await commit(fresh.offset + 1, fresh.partition);
    expect(await explain("ORD-18")).toMatchObject({ verdict: "open", end: "undecided" });
    await test.database.query({
      text: "INSERT INTO orders VALUES ('ORD-17', 'CUST1', 'PROD001', 2, 5, 'CONFIRMED')",
    });
    expect(await explain("ORD-17")).toMatchObject({ verdict: "explained", end: "CONFIRMED" });
    await test.database.query({
      text: "INSERT INTO orders VALUES ('ORD-17', 'CUST1', 'PROD001', 2, 5, 'CONFIRMED')",
    });
    expect(await explain("ORD-17")).toMatchObject({ verdict: "violation", end: "doubled" });
  });
});

it("explain takes an id that no UUID column can hold for one that is in no row", async () => {
  expect(await explain("ORD-1")).toMatchObject({ verdict: "open", end: "no trace" });
});

describe("explain of the shop's orders", () => {
  let events: TestTopic;
  beforeEach(async () => {
    await migrate(test.database, "shop");
    await migrate(test.database, "analytics");
    events = await createTestTopic(3);
  });
  afterEach(() => events.drop());

  const story = (orderId: string) => explain(orderId, { eventsTopic: events.topic });

  /** As the shop and its relay write them. @returns the event's id. */
  async function event(orderId: string, sequence: number, type: ShopEventType, publishes: boolean) {
    const eventId = randomUUID();
    const value = writeShopEvent({
      ...{ eventId, eventType: type, orderId, customerId: "CUST1", totalCents: 1_000, sequence },
      timestamp: new Date().toISOString(),
      items: [{ productId: "PROD001", quantity: 2, priceCents: 500 }],
    });
    await test.database.query(
      {
        text: `INSERT INTO shop.event_outbox (event_id, order_id, sequence, event_type, payload, status, sent_at)
               VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      },
      [
        ...[eventId, orderId, sequence, type, value, publishes ? "SENT" : "NEW"],
        publishes ? new Date() : null,
      ],
    );
    if (publishes) {
      const producer = events.kafka.producer();
      await producer.connect();
      await producer.send({ topic: events.topic, messages: [{ key: orderId, value }] });
      await producer.disconnect();
    }
    return eventId;
  }

  async function order(reservation: string): Promise<string> {
    const orderId = newOrderId();
    await test.database.query(
      {
        text: `INSERT INTO shop.orders (order_id, customer_id, status, total_price, sequence, last_event_id, created_at, updated_at, reservation)
               VALUES ($1, 'CUST1', 'PAID', 10, 2, gen_random_uuid(), now(), now(), $2)`,
      },
      [orderId, reservation],
    );
    return orderId;
  }

  it("tells of events, where they were published, and which were counted", async () => {
    const orderId = await order("RESERVED");
    const created = await event(orderId, 1, "ORDER_CREATED", true);
    await event(orderId, 2, "PAYMENT_COMPLETED", false);
    await decide(orderId, await publish(orderId));
    await test.database.query(
      { text: "INSERT INTO analytics.processed_events VALUES ($1, current_date, 1, 17)" },
      [created],
    );
    // Deleted once it was sent, it still stands in the log.
    await test.database.query({ text: "DELETE FROM shop.event_outbox WHERE status = 'SENT'" });
    const told = await story(orderId);
    expect(told).toMatchObject({ verdict: "explained", end: "reserved" });
    expect(what(told).toSorted()).toEqual([
      ...["PAYMENT_COMPLETED", "event counted", "event published", "in the log"],
      ...["ordered in the shop", "reserved"],
    ]);
    expect(told.steps.find((step) => step.what === "event counted")?.text).toContain("1/17");
    expect(told.steps.find((step) => step.what === "PAYMENT_COMPLETED")?.text).toContain("NEW");
  });

  it("says of one that is not placed yet that the relay places it", async () => {
    const orderId = await order("PENDING");
    await event(orderId, 1, "ORDER_CREATED", false);
    await publish(newOrderId());
    expect(await story(orderId)).toMatchObject({ verdict: "open", end: "not placed yet" });
  });

  it("finds that the shop and the reservation say different things", async () => {
    const orderId = await order("REJECTED");
    await decide(orderId, await publish(orderId));
    expect(await story(orderId)).toMatchObject({
      ...{ verdict: "violation", end: "shop and reservation disagree" },
      because: ["the shop says that it is rejected, the reservation that it is reserved"],
    });
  });
});
