import { Failure } from "../../../../src/failure/failure.ts";
import { piecesWanted } from "../../../../src/order/decide.ts";
import type { Order } from "../../../../src/order/order.ts";
import { failurePolicy } from "../../../../src/partitions/failure-policy.ts";
import type { Database } from "../../../../src/ports/database.ts";
import { type StrategyName, strategyNames } from "../../../../src/ports/strategy-names.ts";
import { type DecideOptions, decideWork } from "../../../../src/reservation/decide-work.ts";
import { prepareWork } from "../../../../src/reservation/prepare-work.ts";
import { createStrategy } from "../../../../src/reservation/strategies/create-strategy.ts";
import type { Strategy, Work } from "../../../../src/reservation/work.ts";
import { toValue } from "../pipeline.ts";

/** Every strategy that has to be exact. */
export const exactStrategies = strategyNames.filter((name) => name !== "naive");

export const group = "g";
export const topic = "t";

// What inventory ever held, committed: a rejection may name only what was there at some moment.
const historyTable = {
  text: `
    CREATE TABLE IF NOT EXISTS stock_history (product_id text, available_quantity bigint);
    CREATE OR REPLACE FUNCTION note_stock() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO stock_history VALUES (NEW.product_id, NEW.available_quantity);
      RETURN NULL;
    END $$;
    CREATE OR REPLACE TRIGGER note_stock AFTER INSERT OR UPDATE ON inventory
      FOR EACH ROW EXECUTE FUNCTION note_stock()`,
};

export async function keepHistory(database: Database): Promise<void> {
  await database.query(historyTable);
}

export interface Fixture {
  readonly stock: ReadonlyMap<string, number>;
  /** Partitions 0 to n - 1, each at offset 0. */
  readonly partitions: number;
  /** Slots of every product; without it none is spread. */
  readonly slots?: number;
}

/** Empties everything and begins with this stock. */
export async function begin(database: Database, { stock, partitions, slots }: Fixture) {
  await database.query({
    text: "TRUNCATE orders, dead_letters, consumer_offsets, inventory, inventory_slots, stock_movements",
  });
  await database.query({
    text: "DELETE FROM stock_history WHERE to_regclass('stock_history') IS NOT NULL",
  });
  await database.query(
    {
      text: `
        INSERT INTO inventory (product_id, product_name, available_quantity, total_quantity, unit_price)
        SELECT id, id, n, n, 1 FROM unnest($1::text[], $2::bigint[]) AS t (id, n)`,
    },
    [[...stock.keys()], [...stock.values()]],
  );
  await database.query(
    {
      text: "INSERT INTO consumer_offsets SELECT $1, $2, p, 0 FROM generate_series(0, $3::integer - 1) AS p",
    },
    [group, topic, partitions],
  );
  if (slots !== undefined) {
    await database.query(
      {
        text: `INSERT INTO inventory_slots (product_id, slot, allotted_quantity)
               SELECT product_id, s, available_quantity / $1::integer
               FROM inventory, generate_series(0, $1::integer - 1) AS s`,
      },
      [slots],
    );
  }
}

/** The messages of these orders at the offsets from `from` on, as one slice. */
export function workOf(orders: readonly Order[], partition: number, from: number): Work {
  const messages = orders.map((order, index) => ({
    offset: from + index,
    key: Buffer.from(order.customerId),
    value: toValue(order),
    timestampMs: 0,
  }));
  const slice = { partition, from, next: from + orders.length, messages };
  return prepareWork(group, topic, [slice]);
}

/** For tests in which PostgreSQL must refuse nothing: a CHECK that saves the stock hides a lost lock. */
export function refusingNothing(strategy: Strategy): Strategy {
  return {
    ...strategy,
    reserve: (work) =>
      strategy.reserve(work).catch((error: unknown) => {
        if (failurePolicy(error) === "retry") throw error;
        throw new Failure("bug", { what: `${strategy.name} was refused: ${String(error)}` });
      }),
  };
}

/** Waits for all of them, so that none runs into the next test, and then throws what one threw. */
export async function all<T>(running: readonly Promise<T>[]): Promise<readonly T[]> {
  await Promise.allSettled(running);
  return Promise.all(running);
}

export function decideBy(strategy: Strategy, work: Work, options: Partial<DecideOptions> = {}) {
  return decideWork(work, { strategy, isOurs: () => true, onTrouble: () => {}, ...options });
}

/**
 * An instance decides the logs of its partitions, all at the same time, each in works of a few
 * messages, one after the other.
 * @returns how many messages it accounted for.
 */
export async function runInstance(
  database: Database,
  name: StrategyName,
  logs: ReadonlyMap<number, readonly Order[]>,
  messagesMax = 5,
): Promise<number> {
  const strategy = refusingNothing(createStrategy(name, database));
  const counts = await all(
    [...logs].map(async ([partition, orders]) => {
      let accounted = 0;
      for (let from = 0; from < orders.length; from += messagesMax) {
        const work = workOf(orders.slice(from, from + messagesMax), partition, from);
        const { counts: c, fenced, dropped } = await decideBy(strategy, work);
        if (fenced.length + dropped.length > 0) throw new Error(`${name} was fenced`);
        accounted += c.reserved + c.rejected + c.deadLettered + c.duplicates;
      }
      return accounted;
    }),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

export interface StoredLine {
  readonly order_id: string;
  readonly line_no: number;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly status: string;
  readonly rejection_reason: string | null;
  readonly rejection_detail: { product_id: string; wanted: number; available: number } | null;
  readonly source_partition: number | null;
  readonly source_offset: number | null;
  readonly created_at: Date;
}

export async function storedLines(database: Database): Promise<ReadonlyMap<string, StoredLine[]>> {
  const { rows } = await database.query<StoredLine>({
    text: `SELECT order_id, line_no, customer_id, product_id, quantity, status, rejection_reason,
                  rejection_detail, source_partition, source_offset, created_at
           FROM orders ORDER BY order_id, line_no`,
  });
  const lines = new Map<string, StoredLine[]>();
  for (const row of rows) {
    const known = lines.get(row.order_id);
    if (known === undefined) lines.set(row.order_id, [row]);
    else known.push(row);
  }
  return lines;
}

export async function deadLetters(database: Database) {
  const { rows } = await database.query<{ order_id: string | null; reason: string }>({
    text: "SELECT order_id, reason FROM dead_letters ORDER BY source_partition, source_offset",
  });
  return rows;
}

export async function storedOffsets(database: Database): Promise<readonly number[]> {
  const { rows } = await database.query<{ next_offset: number }>({
    text: "SELECT next_offset FROM consumer_offsets ORDER BY partition",
  });
  return rows.map((row) => row.next_offset);
}

export function wantedOf(order: Order, productId: string): number {
  return piecesWanted(order).get(productId) ?? 0;
}
