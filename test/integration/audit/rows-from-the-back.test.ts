import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type AuditOptions, auditOrders } from "../../../src/audit/audit-orders.ts";
import type { Finding } from "../../../src/audit/finding.ts";
import { readBaseline } from "../../../src/audit/read-baseline.ts";
import type { SentOrder } from "../../../src/audit/sent-order.ts";
import { waitUntilDecided } from "../../../src/audit/wait-until-decided.ts";
import { withAdmin } from "../../../src/runtime/kafka/with-admin.ts";
import { openRaceBench, type RaceBench, racersOf } from "./race-bench.ts";
import { lockFirst } from "./test-consumers.ts";

function failures(checks: readonly Finding[]): readonly string[] {
  return checks.filter((finding) => finding.status === "fail").map((finding) => finding.check);
}

/** Each order is there twice, the second time under an id of its own, and its pieces are taken. */
const doubling = (columns: string, values: string) => `
  CREATE FUNCTION double_order() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF NEW.status = 'reserved' AND NEW.amount < 1000 THEN
      INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status ${columns})
      VALUES (gen_random_uuid(), NEW.customer_id, NEW.product_id, NEW.quantity, 1000, 'reserved' ${values});
      UPDATE inventory SET available_quantity = available_quantity - NEW.quantity,
                           reserved_quantity = reserved_quantity + NEW.quantity
      WHERE product_id = NEW.product_id;
    END IF;
    RETURN NULL;
  END $$;
  CREATE TRIGGER double_order AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION double_order()`;

async function deleteMessages({ topic: { kafka, topic } }: RaceBench): Promise<void> {
  await withAdmin(kafka, async (admin) => {
    // kafkajs deletes only where it has the topic's metadata already.
    const ends = await admin.fetchTopicOffsets(topic);
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic, partitions });
  });
}

for (const schema of ["ours", "reference"] as const) {
  describe(`order rows that nobody asked for, in tables like ${schema}`, () => {
    let bench: RaceBench;
    beforeEach(async () => {
      bench = await openRaceBench(schema);
    });
    afterEach(() => bench.close());

    async function place(orders: number, raceId = randomUUID().slice(0, 8)) {
      const planned = racersOf(orders, raceId);
      return Promise.all(
        planned.map(
          async (order): Promise<SentOrder> => ({
            ...order,
            state: (await bench.placer.placeOrder(order)).state,
          }),
        ),
      );
    }

    async function audited(
      history: readonly SentOrder[],
      baseline: Awaited<ReturnType<typeof readBaseline>>,
      options: Partial<AuditOptions> = {},
    ) {
      const orderIds = history.map((order) => order.orderId);
      const { drained } = await waitUntilDecided(bench, {
        ...{ orderIds, timeoutMs: 20_000, settleMs: 500 },
      });
      return auditOrders(bench, { history, drained, baseline, ...options });
    }

    it("is violated by orders doubled under new ids, whose books agree", async () => {
      const sources = schema === "ours" ? ["with", "without"] : ["without"];
      await bench.consume(lockFirst);
      for (const each of sources) {
        const [columns, values] =
          each === "with" ? [", source_partition, source_offset", ", 0, 0"] : ["", ""];
        await bench.database.query({ text: doubling(columns ?? "", values ?? "") });
        const run = await bench.race({ orders: 20, rounds: 2 });
        expect(run.verdict).toBe("violated");
        expect(failures(run.checks)).toEqual(["rows-come-from-log", "rows-were-asked-for"]);
        expect(run.reason).toContain("20 order rows written during the run");
        await bench.database.query({ text: "DROP FUNCTION double_order CASCADE" });
      }
      const healed = await bench.race({ orders: 20, rounds: 2 });
      expect(failures(healed.checks)).toEqual([]);
      expect(healed.verdict, healed.reason).toBe("consistent");
    });

    it("is violated by an order put into the log twice, where its customer is the run's own", async () => {
      const baseline = await readBaseline(bench);
      await bench.consume(lockFirst);
      const history = await place(5, "own");
      const [first] = await place(1, "own-2");
      const alone = await audited(history, baseline, { ownCustomer: () => true, alone: true });
      expect(failures(alone.checks)).toEqual(["rows-were-asked-for"]);
      expect(alone.reason).toContain(String(first?.orderId));
      // The same log, where others may order: no fault.
      const shared = await audited(history, baseline);
      expect(shared.verdict, shared.reason).toBe("consistent");
    });

    it("finds earlier orders, decided late, decided again or changed, in the log behind the run", async () => {
      // Older than the run: decided before it, and changed while it runs.
      const consumer = await bench.consume(lockFirst);
      const old = await place(5);
      await audited(old, await readBaseline(bench));
      await consumer.stop();
      const late = await place(5);
      const baseline = await readBaseline(bench);
      await bench.consume(lockFirst);
      const history = await place(5);
      await bench.database.query(
        { text: "UPDATE orders SET updated_at = now() WHERE order_id = $1" },
        [old[2]?.orderId],
      );
      await audited(late, baseline);
      const audit = await audited(history, baseline);
      expect(failures(audit.checks)).toEqual([]);
      expect(audit.verdict, audit.reason).toBe("consistent");
    });

    it("does not take an older row for a stranger whose message is gone from the log", async () => {
      await bench.consume(lockFirst);
      const old = await place(3);
      await audited(old, await readBaseline(bench));
      await deleteMessages(bench);
      const baseline = await readBaseline(bench);
      await bench.database.query(
        { text: "UPDATE orders SET updated_at = now() WHERE order_id = $1" },
        [old[1]?.orderId],
      );
      const history = await place(3);
      const audit = await audited(history, baseline);
      expect(audit.verdict, audit.reason).toBe("inconclusive");
      expect(audit.reason).toContain("does not go back so far");
      // But more rows than before, and than messages came: one of them is new.
      await bench.database.query(
        {
          text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                 VALUES ($1, 'C', 'PROD007', 1, 1, 'rejected')`,
        },
        [randomUUID()],
      );
      expect(failures((await audited(history, baseline)).checks)).toEqual(["rows-come-from-log"]);
    });
  });
}

describe("order rows of another topic in the same tables", () => {
  it("leave it open, and are no violation", async () => {
    const bench = await openRaceBench("ours");
    try {
      const baseline = await readBaseline(bench);
      await bench.database.query(
        {
          text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status,
                                     source_partition, source_offset)
                 VALUES ($1, 'C', 'PROD007', 1, 1, 'rejected', 0, 0)`,
        },
        [randomUUID()],
      );
      const options = { history: [], drained: true, baseline } as const;
      const alone = await auditOrders(bench, options);
      expect(failures(alone.checks)).toEqual(["rows-come-from-log"]);
      await bench.database.query({
        text: "INSERT INTO consumer_offsets VALUES ('another', 'another-topic', 0, 1)",
      });
      const beside = await auditOrders(bench, options);
      expect(failures(beside.checks)).toEqual([]);
      expect(beside.reason).toContain("another topic");
    } finally {
      await bench.close();
    }
  });
});
