import type { Database, Queryable } from "../../ports/database.ts";
import type { ProductEvidence, Stock } from "../database-evidence.ts";
import { lawBooks } from "../law-books.ts";
import { type AuditedSchema, readSchema } from "../read-schema.ts";
import { type Moment, nextTransactionId, readMoment, tableFiles } from "../sql/select-moment.ts";
import { stockByProduct } from "../sql/select-stock.ts";
import {
  type BlockSums,
  type SummedTable,
  sumAll,
  sumAlone,
  sumStretch,
} from "../sql/sum-blocks.ts";
import { booksOf, breaches } from "../stock-law.ts";
import { type KeptSums, type Mark, minus, plus, readingOf, rowsIn } from "./kept-sums.ts";
import { type OrdersAround, ordersAround } from "./orders-around.ts";

/** One snapshot of the database, held against the law. */
export interface LawSnapshot {
  readonly moment: Moment;
  readonly products: readonly ProductEvidence[];
  /** Products for which it does not hold. Then everything was counted. */
  readonly broken: readonly ProductEvidence[];
  /** Order rows in the table. */
  readonly orders: number;
  /** Everything was counted; else only what was written lately, beside sums that were kept. */
  readonly complete: boolean;
  /** Updates and deletes of order rows so far, as the server's statistics have them. */
  readonly changed: number;
  /** Server's time for the complete count, in milliseconds; 0 without one. */
  readonly countMs: number;
  /** Written since the snapshot before the break, where there is one. */
  readonly around: OrdersAround | undefined;
}

const marksMax = 64;

const lockFor = {
  ours: { text: "LOCK TABLE orders, inventory, stock_movements IN ACCESS SHARE MODE" },
  others: { text: "LOCK TABLE orders, inventory IN ACCESS SHARE MODE" },
};

/**
 * Reads the law's books again and again, each time as little as will do: src/audit/watch/kept-sums.ts
 * says why that is right.
 */
export class LawReader {
  readonly #database: Database;
  readonly #schema: AuditedSchema;
  readonly #tables: readonly SummedTable[];
  #marks: ReadonlyMap<SummedTable, readonly Mark[]> = new Map();
  #kept: ReadonlyMap<SummedTable, KeptSums> = new Map();
  /** The last snapshot that was good, and the last in which everything was counted. */
  #good: LawSnapshot | undefined;
  #counted: LawSnapshot | undefined;

  private constructor(database: Database, schema: AuditedSchema) {
    this.#database = database;
    this.#schema = schema;
    this.#tables = schema.present.stockMovements ? ["orders", "stock_movements"] : ["orders"];
  }

  /** @throws Failure("environment") when the database is not a pipeline's. */
  static async open(database: Database): Promise<LawReader> {
    return new LawReader(database, await readSchema(database));
  }

  get movementsKept(): boolean {
    return this.#schema.present.stockMovements;
  }

  get lastCounted(): LawSnapshot | undefined {
    return this.#counted;
  }

  /** To be called some time before a snapshot: what is at work now has ended by then. */
  async mark(): Promise<void> {
    const files = await tableFiles(this.#database, this.#tables);
    // After the lengths: whoever had written before them has an id before this one.
    const next = await nextTransactionId(this.#database);
    this.#marks = new Map(
      this.#tables.map((table) => {
        const { file = "", blocks = 0 } = files.get(table) ?? {};
        const marks = [...(this.#marks.get(table) ?? []), { file, blocks, next }];
        return [table, marks.slice(-marksMax)];
      }),
    );
  }

  /** What was kept may be another database's, or of another time. */
  forget(): void {
    this.#kept = new Map();
    this.#marks = new Map();
  }

  /** @param complete count everything. */
  snapshot(complete: boolean): Promise<LawSnapshot> {
    return this.#database.transaction(
      async (tx) => {
        // Before the snapshot: what empties the tables would show them empty in an older one, too.
        await tx.query(this.movementsKept ? lockFor.ours : lockFor.others);
        await sumAlone(tx);
        const snapshot = await this.#read(tx, complete);
        if (snapshot.broken.length === 0) this.#good = snapshot;
        if (snapshot.complete) this.#counted = snapshot;
        return snapshot;
      },
      { isolation: "repeatable read", readOnly: true },
    );
  }

  async #read(tx: Queryable, complete: boolean): Promise<LawSnapshot> {
    const moment = await readMoment(tx);
    const stock = await stockByProduct(tx);
    const files = await tableFiles(tx, this.#tables);
    const changed = files.get("orders")?.changed ?? 0;
    const before = this.#kept.get("orders");
    const incremental = complete ? undefined : await this.#sumNew(tx, moment, files);
    if (incremental !== undefined) {
      const found = judged(stock, incremental, this.movementsKept);
      if (found.broken.length === 0) {
        const about = { moment, changed, complete: false, countMs: 0, around: undefined };
        return { ...about, ...found };
      }
    }
    const beganMs = performance.now();
    const sums = await this.#sumAll(tx, moment, files);
    const countMs = performance.now() - beganMs;
    const found = judged(stock, sums, this.movementsKept);
    const known = before?.file === files.get("orders")?.file ? before : undefined;
    const around =
      found.broken.length === 0 ? undefined : await this.#around(tx, found.broken, known, sums);
    return { moment, changed, complete: true, countMs, around, ...found };
  }

  /** @returns undefined where there is nothing to add to. */
  async #sumNew(
    tx: Queryable,
    moment: Moment,
    files: Files,
  ): Promise<ReadonlyMap<SummedTable, BlockSums> | undefined> {
    const sums = new Map<SummedTable, BlockSums>();
    const keeping = new Map<SummedTable, KeptSums>();
    for (const table of this.#tables) {
      const file = files.get(table);
      const kept = this.#kept.get(table);
      if (file?.byBlocks !== true || kept === undefined) return undefined;
      const reading = readingOf(file, moment, kept, this.#marks.get(table) ?? []);
      if (reading.complete) return undefined;
      const { from, to } = reading;
      const settled =
        to === from ? kept.sums : plus(kept.sums, await sumStretch(tx, table, from, to));
      keeping.set(table, { file: kept.file, to, sums: settled });
      sums.set(table, plus(settled, await sumStretch(tx, table, to, undefined)));
    }
    this.#kept = keeping;
    return sums;
  }

  async #sumAll(
    tx: Queryable,
    moment: Moment,
    files: Files,
  ): Promise<ReadonlyMap<SummedTable, BlockSums>> {
    const sums = new Map<SummedTable, BlockSums>();
    const keeping = new Map<SummedTable, KeptSums>();
    for (const table of this.#tables) {
      const all = await sumAll(tx, table);
      sums.set(table, all);
      const file = files.get(table);
      if (file?.byBlocks !== true) continue;
      const reading = readingOf(file, moment, undefined, this.#marks.get(table) ?? []);
      const to = reading.complete ? reading.openFrom : 0;
      // Two readings of one snapshot: their difference is exact.
      const kept = minus(all, await sumStretch(tx, table, to, undefined));
      keeping.set(table, { file: file.file, to, sums: kept });
    }
    this.#kept = keeping;
    return sums;
  }

  async #around(
    tx: Queryable,
    broken: readonly ProductEvidence[],
    before: KeptSums | undefined,
    sums: ReadonlyMap<SummedTable, BlockSums>,
  ): Promise<OrdersAround | undefined> {
    // Where the old blocks are what they were, the last good snapshot was right about them.
    const recent =
      before !== undefined &&
      this.#good !== undefined &&
      (await this.#oldBlocksAreSame(tx, before, sums, broken));
    const since = recent ? this.#good : this.#counted;
    if (since === undefined) return undefined;
    return ordersAround(tx, {
      since,
      broken,
      fromBlock: recent ? before.to : undefined,
    });
  }

  async #oldBlocksAreSame(
    tx: Queryable,
    { to, sums: kept }: KeptSums,
    sums: ReadonlyMap<SummedTable, BlockSums>,
    broken: readonly ProductEvidence[],
  ): Promise<boolean> {
    const all = sums.get("orders") ?? new Map();
    const old = minus(all, await sumStretch(tx, "orders", to, undefined));
    return broken.every(({ productId }) => {
      const [then, now] = [kept.get(productId), old.get(productId)];
      return then?.pieces === now?.pieces && then?.rows === now?.rows;
    });
  }
}

type Files = Awaited<ReturnType<typeof tableFiles>>;

function judged(
  stock: ReadonlyMap<string, Stock>,
  sums: ReadonlyMap<SummedTable, BlockSums>,
  movementsKept: boolean,
): Pick<LawSnapshot, "products" | "broken" | "orders"> {
  const ordered: BlockSums = sums.get("orders") ?? new Map();
  const moved: BlockSums = sums.get("stock_movements") ?? new Map();
  const products = lawBooks(stock, ordered, movementsKept ? moved : undefined);
  const broken = products.filter((product) => breaches(booksOf(product)).size > 0);
  return { products, broken, orders: rowsIn(ordered) };
}
