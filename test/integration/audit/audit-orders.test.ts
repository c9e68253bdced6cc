import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditOrders } from "../../../src/audit/audit-orders.ts";
import type { Finding } from "../../../src/audit/finding.ts";
import { idsPerStatement } from "../../../src/audit/in-chunks.ts";
import type { AuditSources } from "../../../src/audit/ports.ts";
import { readBaseline } from "../../../src/audit/read-baseline.ts";
import type { SentOrder } from "../../../src/audit/sent-order.ts";
import { waitUntilDecided } from "../../../src/audit/wait-until-decided.ts";
import { openRaceBench, type RaceBench, racersOf } from "./race-bench.ts";
import { lockFirst } from "./test-consumers.ts";

function failures(checks: readonly Finding[]): readonly string[] {
  return checks.filter((finding) => finding.status === "fail").map((finding) => finding.check);
}

function statusOf(checks: readonly Finding[], check: string): string | undefined {
  return checks.find((finding) => finding.check === check)?.status;
}

async function place(bench: RaceBench, orders: number): Promise<readonly SentOrder[]> {
  const planned = racersOf(orders);
  return Promise.all(
    planned.map(async (order) => ({
      ...order,
      state: (await bench.placer.placeOrder(order)).state,
    })),
  );
}

describe("auditing a run by order id", () => {
  let bench: RaceBench;
  beforeEach(async () => {
    bench = await openRaceBench("ours");
  });
  afterEach(() => bench.close());

  async function decided(history: readonly SentOrder[], timeoutMs = 20_000) {
    return waitUntilDecided(bench, {
      orderIds: history.map((order) => order.orderId),
      timeoutMs,
      settleMs: 500,
    });
  }

  it("is violated by a reserved_quantity changed by hand, and by an order row deleted", async () => {
    const baseline = await readBaseline(bench);
    await bench.consume(lockFirst);
    const history = await place(bench, 40);
    const { drained } = await decided(history);
    const right = await auditOrders(bench, { history, drained, baseline });
    expect(right.verdict, right.reason).toBe("consistent");

    await bench.database.query({
      text: `UPDATE inventory SET reserved_quantity = reserved_quantity + 1,
                                  available_quantity = available_quantity - 1
             WHERE product_id = 'PROD007'`,
    });
    const changed = await auditOrders(bench, { history, drained, baseline });
    expect(changed.verdict).toBe("violated");
    expect(failures(changed.checks)).toEqual(["reserved-matches-orders", "stock-moved-by-orders"]);

    await bench.database.query({ text: "DELETE FROM orders WHERE order_id = $1" }, [
      history[7]?.orderId,
    ]);
    const deleted = await auditOrders(bench, { history, drained, baseline });
    expect(deleted.verdict).toBe("violated");
    expect(failures(deleted.checks)).toContain("accepted-decided-once");
    expect(deleted.checks[0]?.examples).toEqual([history[7]?.orderId]);
  });

  it("counts a dead letter as an outcome, until its message was produced again", async () => {
    const baseline = await readBaseline(bench);
    await bench.consume(lockFirst);
    const history = await place(bench, 10);
    const { drained } = await decided(history);
    await bench.database.query(
      {
        text: `INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, order_id)
               VALUES ('elsewhere', 0, 0, 'stock_locked', 'was busy', $1)`,
      },
      [history[3]?.orderId],
    );
    const twice = await auditOrders(bench, { history, drained, baseline });
    expect(failures(twice.checks)).toEqual(["accepted-decided-once"]);

    await bench.database.query({
      text: `INSERT INTO dead_letter_replays
               (dead_letter_id, letter_recorded_at, target_topic, target_partition, searched_from,
                result, target_offset, settled_at)
             SELECT dead_letter_id, recorded_at, 'elsewhere', 0, 0, 'produced', 1, now() FROM dead_letters`,
    });
    const replayed = await auditOrders(bench, { history, drained, baseline });
    expect(replayed.verdict, replayed.reason).toBe("consistent");
  });

  it("is inconclusive while what was accepted still waits in the log", async () => {
    const history = await place(bench, 5);
    const wait = await decided(history, 300);
    expect(wait).toMatchObject({ drained: false, lag: 5, undecided: 5, members: 0 });
    const audit = await auditOrders(bench, { history, drained: wait.drained });
    expect(audit.verdict).toBe("inconclusive");
    expect(failures(audit.checks)).toEqual([]);
  });

  it("is violated by an order that a consumer passed over", async () => {
    await bench.consume(async (client, order) => {
      if (/^race-\w+-3(-|$)/.test(order.customer_id)) return;
      await lockFirst(client, order);
    });
    const history = await place(bench, 10);
    const wait = await decided(history);
    expect(wait).toMatchObject({ drained: true, lag: 0, undecided: 1 });
    const audit = await auditOrders(bench, { history, drained: wait.drained });
    expect(failures(audit.checks)).toEqual(["accepted-decided-once"]);
  });

  it("is not torn by consumers at work: all evidence is of one moment", async () => {
    await bench.consume(lockFirst);
    const placing = place(bench, 300);
    let audits = 0;
    let finished = false;
    void placing.then(decided).then(() => {
      finished = true;
    });
    while (!finished) {
      const { checks } = await auditOrders(bench, { history: [], drained: false });
      expect(failures(checks)).toEqual([]);
      audits += 1;
    }
    expect(audits).toBeGreaterThan(1);
  });

  it("waits for what was in the log, not for what others place meanwhile", async () => {
    const baseline = await readBaseline(bench);
    await bench.consume(lockFirst);
    const history = await place(bench, 20);
    let others = true;
    const busy = (async () => {
      while (others) await place(bench, 1);
    })();
    const wait = await decided(history);
    const audit = await auditOrders(bench, { history, baseline, ...wait });
    others = false;
    await busy;
    expect(wait).toMatchObject({ drained: true, undecided: 0 });
    expect(audit.verdict, audit.reason).toBe("consistent");
  });

  it("reads a dead letter as an outcome, and a row beside it as a second one", async () => {
    const letter = `INSERT INTO dead_letters (source_topic, source_partition, source_offset, reason, detail, order_id)
                    VALUES ('t', 0, $1, $2, '', $3)`;
    const sent = (orderId: string): SentOrder => ({
      orderId,
      customerId: "C",
      lines: [{ productId: "PROD007", quantity: 1, amount: 1 }],
      state: "acked",
    });
    const dead = randomUUID();
    const conflicting = randomUUID();
    const row = `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                 VALUES ($1, 'C', 'PROD007', 1, 1, 'rejected')`;
    await bench.database.query({ text: letter }, [1, "unprocessable", dead]);
    await bench.database.query({ text: letter }, [2, "conflicting_duplicate", conflicting]);
    await bench.database.query({ text: row }, [conflicting]);
    const history = [sent(dead), sent(conflicting)];
    const one = await auditOrders(bench, { history, drained: true });
    expect(one.counts).toMatchObject({ accepted: 2, rejected: 1, deadLettered: 1 });
    expect(statusOf(one.checks, "accepted-decided-once")).toBe("pass");
    await bench.database.query({ text: row }, [dead]);
    const two = await auditOrders(bench, { history, drained: true });
    expect(statusOf(two.checks, "accepted-decided-once")).toBe("fail");
  });

  it("takes a history of many chunks, and finds the one order that is missing in it", async () => {
    const count = 25_000;
    await bench.database.query(
      {
        text: `WITH placed AS (
                 INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
                 SELECT md5($1 || n)::uuid, 'C' || n, 'PROD007', 1, 199.99, 'reserved'
                 FROM generate_series(1, $2::int) n WHERE n <> 12345 RETURNING quantity)
               UPDATE inventory SET available_quantity = available_quantity - (SELECT sum(quantity) FROM placed),
                                    reserved_quantity = reserved_quantity + (SELECT sum(quantity) FROM placed)
               WHERE product_id = 'PROD007'`,
      },
      ["chunks", count],
    );
    const ids = await bench.database.query<{ id: string }>(
      {
        text: "SELECT md5($1 || n)::uuid::text AS id FROM generate_series(1, $2::int) n ORDER BY n",
      },
      ["chunks", count],
    );
    // Taken from the history, and not yet asked about: what an audit holds at once.
    let held = 0;
    let heldMost = 0;
    async function* history(): AsyncGenerator<SentOrder> {
      for (const [index, { id }] of ids.rows.entries()) {
        held += 1;
        heldMost = Math.max(heldMost, held);
        yield {
          orderId: id,
          customerId: `C${index + 1}`,
          lines: [{ productId: "PROD007", quantity: 1, amount: 199.99 }],
          state: "acked",
        };
      }
    }
    const { database, log } = bench;
    const watched: AuditSources = {
      log,
      database: {
        ...database,
        query: database.query.bind(database),
        transaction: (work, options) =>
          database.transaction((tx) => {
            const query: typeof tx.query = (statement, values) => {
              held = 0;
              return tx.query(statement, values);
            };
            return work({ ...tx, query });
          }, options),
      },
    };
    const audit = await auditOrders(watched, { history: history(), drained: true });
    expect(heldMost).toBe(idsPerStatement);
    expect(failures(audit.checks)).toEqual(["accepted-decided-once"]);
    expect(audit.checks[0]?.examples).toEqual([ids.rows[12_344]?.id]);
    expect(audit.counts).toMatchObject({ accepted: count, reserved: count - 1 });
  });
});
