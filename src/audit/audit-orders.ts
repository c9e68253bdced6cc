import type { Queryable } from "../ports/database.ts";
import type { PartitionRange } from "../ports/log.ts";
import { concluded } from "./concluded.ts";
import type { Baseline, Evidence } from "./database-evidence.ts";
import { withoutCommands } from "./how-to-see.ts";
import { idsPerStatement, inChunks } from "./in-chunks.ts";
import { startJudging } from "./judge.ts";
import type { OrderTrace } from "./order-trace.ts";
import { OriginsReader, type OwnCustomer } from "./origins-reader.ts";
import type { AuditSources } from "./ports.ts";
import type { LimitedStock, RaceEvidence } from "./race-evidence.ts";
import { type AuditedSchema, readSchema } from "./read-schema.ts";
import { readStoredOffsets } from "./read-stored-offsets.ts";
import type { RunCounts } from "./run-counts.ts";
import type { History, SentOrder } from "./sent-order.ts";
import type { LostOrders } from "./settle/lost-by.ts";
import { lockAgainstReset } from "./sql/lock-against-reset.ts";
import { deadLettersOf } from "./sql/select-dead-letters.ts";
import { orderRowsOf } from "./sql/select-order-rows.ts";
import { productEvidence } from "./sql/select-products.ts";
import type { Verdict } from "./verdict.ts";

export interface AuditOptions {
  readonly history: History;
  /** What `waitUntilDecided` found: decides whether what is missing stays missing. */
  readonly drained: boolean;
  /** What it found of the orders without an outcome, one by one. */
  readonly lost?: LostOrders | undefined;
  /**
   * The log that was waited for. Without it, the log as it is now: then whatever others placed
   * since must have been decided too.
   */
  readonly log?: readonly PartitionRange[] | undefined;
  /** Where the run began (`readBaseline`); without it checks that need it are unknown. */
  readonly baseline?: Baseline | undefined;
  /** Customers who order in this run only; undefined: others may order for each of them. */
  readonly ownCustomer?: OwnCustomer;
  /** Nobody but the run uses the stock. */
  readonly alone?: boolean;
  /** Only where the run was a race: was there one at all? */
  readonly race?: RaceEvidence;
  /** Only where its stock was set for the run. */
  readonly limited?: readonly LimitedStock[];
}

export interface Audit extends Verdict {
  readonly counts: Readonly<RunCounts>;
}

/**
 * Holds a run's history against the database and the log, by order id. All that it reads from the
 * database is of one moment (one repeatable-read, read-only transaction), so that consumers at work
 * cannot tear it. Memory does not grow with the history.
 * @throws Failure("environment") when the database is not a pipeline's; Failure("output") when the disk
 *   does not take what memory cannot hold.
 */
export async function auditOrders(sources: AuditSources, options: AuditOptions): Promise<Audit> {
  const { database, log, mapping } = sources;
  // Before the database's moment: so whatever the log held then can have been decided by it.
  const ranges = options.log ?? (await log.ranges());
  const schema = await readSchema(database, mapping);
  const origins = new OriginsReader(log, schema, options.baseline, options.ownCustomer);
  try {
    // The most of it outside the transaction, which must not lie idle for long.
    await origins.readLog();
    const { evidence, judge } = await database.transaction(
      async (tx) => {
        // A reset between the moment and a read would look like lost orders: it has to wait.
        await lockAgainstReset(tx, schema.mapped);
        const evidence: Evidence = {
          present: schema.present,
          products: await productEvidence(tx, schema),
          storedOffsets: await readStoredOffsets(tx, schema.present, log),
          log: ranges,
          baseline: options.baseline,
          drained: options.drained,
          lost: options.lost,
        };
        // What a row of this moment came from is in the log by now.
        await origins.readLog();
        const judge = startJudging(evidence);
        for await (const sent of inChunks(options.history, idsPerStatement)) {
          for (const trace of await tracesOf(tx, sent, schema)) judge.see(trace);
          origins.sent(sent);
        }
        await origins.readRows(tx);
        return { evidence, judge };
      },
      { isolation: "repeatable read", readOnly: true },
    );
    const { alone = false, race, limited } = options;
    const findings = judge.findings({
      origins: await origins.conclude(evidence.storedOffsets !== undefined),
      alone,
      ...(race === undefined ? {} : { race }),
      ...(limited === undefined ? {} : { limited }),
    });
    const told = schema.mapped === undefined ? findings : withoutCommands(findings);
    return concluded(told, judge.counts);
  } finally {
    origins.close();
  }
}

async function tracesOf(
  tx: Queryable,
  sent: readonly SentOrder[],
  schema: AuditedSchema,
): Promise<readonly OrderTrace[]> {
  const ids = sent.map((order) => order.orderId);
  const rows = await orderRowsOf(tx, ids, schema);
  const deadLetters = schema.present.deadLetters
    ? await deadLettersOf(tx, ids, schema.replays)
    : undefined;
  return sent.map((order) => ({
    sent: order,
    rows: rows.get(order.orderId) ?? [],
    deadLetters: deadLetters?.get(order.orderId) ?? [],
  }));
}
