import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { auditLedger } from "../../../src/audit/ledger/audit-ledger.ts";
import type { SentOrder } from "../../../src/audit/sent-order.ts";
import { waitUntilDecided } from "../../../src/audit/wait-until-decided.ts";
import { openRaceBench, type RaceBench, racersOf } from "./race-bench.ts";
import { lockFirst } from "./test-consumers.ts";

async function place(bench: RaceBench, count: number): Promise<readonly SentOrder[]> {
  return Promise.all(
    racersOf(count).map(async (order) => {
      const sentAtMs = Date.now();
      const { state } = await bench.placer.placeOrder(order);
      return { ...order, state, sentAtMs, answeredAtMs: Date.now() };
    }),
  );
}

async function settled(bench: RaceBench, history: readonly SentOrder[]) {
  const orderIds = history.map(({ orderId }) => orderId);
  return waitUntilDecided(bench, { orderIds, timeoutMs: 20_000, settleMs: 500 });
}

describe("the ledger of a system that commits its offsets to Kafka alone", () => {
  let bench: RaceBench;
  beforeEach(async () => {
    bench = await openRaceBench("ours");
  });
  afterEach(() => bench.close());

  it("never takes what is under way for lost, however often it looks", async () => {
    await bench.consume(lockFirst);
    const placing = place(bench, 300);
    const verdicts = [];
    for (let look = 0; look < 6; look++) {
      const { verdict, checks } = await auditLedger(bench);
      verdicts.push(verdict);
      expect(checks.filter(({ status }) => status === "fail")).toEqual([]);
    }
    expect(verdicts).not.toContain("violated");
    const history = await placing;
    const { drained, log } = await settled(bench, history);
    expect(drained).toBe(true);
    const end = await auditLedger(bench, { history, settled: log, alone: true });
    expect(end.verdict, end.reason).toBe("consistent");
    expect(end).toMatchObject({ read: { messages: 300, rows: 300, sent: 300 } });
  });

  it("names the order that a consumer passed over, with a history and without", async () => {
    await bench.consume(async (client, order) => {
      if (order.customer_id.endsWith("-7")) return;
      await lockFirst(client, order);
    });
    const history = await place(bench, 15);
    const { log } = await settled(bench, history);
    const lost = history.filter(({ customerId }) => customerId.endsWith("-7"));
    const names = lost.map(({ orderId }) => orderId);
    expect(names).toHaveLength(1);
    for (const options of [{ settled: log }, { settled: log, history, alone: true }]) {
      const { verdict, checks } = await auditLedger(bench, options);
      expect(verdict).toBe("violated");
      const [wrong] = checks.filter(({ check }) => check === "messages-decided-once");
      expect(wrong).toMatchObject({ status: "fail", see: [`orders explain ${names[0]}`] });
      expect(wrong?.examples.join()).toContain(names[0]);
    }
  });

  it("finds a row that nobody ordered, an amount that was altered, and nothing else wrong", async () => {
    await bench.consume(lockFirst);
    const history = await place(bench, 10);
    const { log } = await settled(bench, history);
    await bench.database.query(
      { text: "UPDATE orders SET amount = amount + 0.01 WHERE order_id = $1" },
      [history[4]?.orderId],
    );
    await bench.database.query({
      text: `INSERT INTO orders (order_id, customer_id, product_id, quantity, amount, status)
             VALUES (gen_random_uuid(), 'NOBODY', 'PROD001', 1, 1, 'rejected')`,
    });
    const { checks } = await auditLedger(bench, { history, settled: log, alone: true });
    const wrong = checks.filter(({ status }) => status === "fail").map(({ check }) => check);
    expect(wrong.sort()).toEqual([
      "contents-as-sent",
      "rows-have-messages",
      "rows-say-the-message",
    ]);
  });
});
