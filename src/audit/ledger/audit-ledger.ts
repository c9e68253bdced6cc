import type { Queryable } from "../../ports/database.ts";
import type { PartitionRange } from "../../ports/log.ts";
import {
  customerChecks,
  ledgerChecks,
  ledgerSentChecks,
  orderedChecks,
  partitionChecks,
  sentChecks,
} from "../checks/registry.ts";
import { concluded } from "../concluded.ts";
import type { Baseline, Evidence, StoredOffsets } from "../database-evidence.ts";
import type { Finding } from "../finding.ts";
import { withoutCommands } from "../how-to-see.ts";
import { inChunks } from "../in-chunks.ts";
import { startJudging } from "../judge.ts";
import { judgeTraces } from "../judge-traces.ts";
import type { AuditSources } from "../ports.ts";
import { type AuditedSchema, readSchema } from "../read-schema.ts";
import { readStoredOffsets } from "../read-stored-offsets.ts";
import type { RunCounts } from "../run-counts.ts";
import type { History } from "../sent-order.ts";
import { Spill } from "../spill.ts";
import { lockAgainstReset } from "../sql/lock-against-reset.ts";
import { lastEpoch } from "../sql/select-epoch.ts";
import { readLedgerLetters } from "../sql/select-ledger-letters.ts";
import { readLedgerRows } from "../sql/select-ledger-rows.ts";
import { otherTopicsOffsets } from "../sql/select-other-topics.ts";
import { productEvidence } from "../sql/select-products.ts";
import type { Verdict } from "../verdict.ts";
import type { WaitResult } from "../wait-until-decided.ts";
import { isJudged, type JudgedBy, type LedgerEvidence } from "./ledger-evidence.ts";
import { LedgerJoin } from "./ledger-join.ts";
import type { LedgerTrace } from "./ledger-trace.ts";
import { LogStretch } from "./log-stretch.ts";
import { orderTraceOf } from "./ordered-from.ts";
import { SecondLook } from "./second-look.ts";

const historyPiece = 1_000;

export interface LedgerOptions {
  /** What was sent, where somebody told. */
  readonly history?: (History & { readonly cut?: boolean }) | undefined;
  /** First offset to read, by partition; undefined: from the last epoch, else all that the log holds. */
  readonly from?: ReadonlyMap<number, number> | undefined;
  /** Where a run began: checks of what changed since rest on it. */
  readonly baseline?: Baseline | undefined;
  /** Nothing moves any more: what the log held then stays as it is, decided or not. */
  readonly settled?: readonly PartitionRange[] | undefined;
  /**
   * Accepted by what writes the log later, as the shop does: then nobody promises that a customer's orders
   * stand in the log as they were accepted.
   */
  readonly acceptedBeforeLog?: boolean;
  /** Nobody but the history's senders placed orders, or changed the stock. */
  readonly alone?: boolean;
  /** Where what memory cannot hold is kept meanwhile; undefined: the system's temporary directory. */
  readonly spillDirectory?: string | undefined;
  readonly onProgress?: (progress: LedgerProgress) => void;
  readonly signal?: AbortSignal;
}

export interface LedgerProgress {
  readonly doing: "log" | "rows" | "history" | "joining";
  readonly done: number;
}

export interface LedgerAudit extends Verdict {
  readonly counts: Readonly<RunCounts>;
  /** How much was read. */
  readonly read: {
    readonly messages: number;
    readonly rows: number;
    readonly sent: number;
    readonly spilledBytes: number;
  };
  readonly judgedBy: JudgedBy;
  /** Below these offsets all must have been decided; beyond them nothing is said. */
  readonly judgedTo: ReadonlyMap<number, number>;
}

/** With what was waited for before. */
export interface LedgerRun extends LedgerAudit {
  readonly wait: WaitResult;
}

/**
 * Full accounting: every message of the log from where it is told on, every order row and dead letter,
 * and every order that was sent where there is a history, joined by order id and judged. What the
 * database holds is of one moment; it is judged up to the offsets of that moment. Memory does not grow
 * with the orders.
 * @throws Failure("environment") when the database is not a pipeline's; Failure("output") when the disk
 *   does not take what memory cannot hold; the signal's reason.
 */
export async function auditLedger(
  sources: AuditSources,
  options: LedgerOptions = {},
): Promise<LedgerAudit> {
  const spillDirectory = options.spillDirectory;
  const join = new LedgerJoin(new Spill({ directory: spillDirectory }));
  const second = new SecondLook(new Spill({ directory: spillDirectory }));
  try {
    const gathered = await gather(sources, options, join);
    return await judgeLedger(gathered, options, join, second);
  } finally {
    join.close();
    second.close();
  }
}

interface Gathered {
  readonly evidence: Evidence;
  readonly ledger: LedgerEvidence;
  /** Its tables are called otherwise. */
  readonly mapped: boolean;
  readonly messages: number;
  readonly rows: number;
  readonly sent: number;
}

async function gather(
  { database, log, mapping }: AuditSources,
  options: LedgerOptions,
  join: LedgerJoin,
): Promise<Gathered> {
  const { baseline, settled, history, alone = false, signal, onProgress = () => {} } = options;
  const schema = await readSchema(database, mapping);
  const epoch = options.from === undefined ? await lastEpoch(database, log.topic) : undefined;
  const from = options.from ?? epoch?.from;
  const stretch = new LogStretch(log, from, epoch !== undefined, (messages) => {
    signal?.throwIfAborted();
    join.logged(messages);
    onProgress({ doing: "log", done: stretch.read });
  });
  // The most of it outside the transaction, which must not lie idle for long.
  await stretch.readOn();
  // Before the moment, too: later offsets would speak of what was decided after it.
  const { next: committed } = await log.groupState();
  const moment = await database.transaction(
    async (tx) => {
      // A reset between the moment and a read would look like lost orders: it has to wait.
      await lockAgainstReset(tx, schema.mapped);
      const stored = await readStoredOffsets(tx, schema.present, log);
      const products = await productEvidence(tx, schema);
      const otherTopics = await hasOtherTopics(tx, schema, log.topic);
      let rows = 0;
      await readLedgerRows(tx, schema, (orderId, row) => {
        join.row(orderId, row);
        if (++rows % historyPiece > 0) return;
        signal?.throwIfAborted();
        onProgress({ doing: "rows", done: rows });
      });
      if (schema.present.deadLetters) {
        await readLedgerLetters(tx, log.topic, schema.replays, (orderId, letter) =>
          join.letter(orderId, letter),
        );
      }
      return { stored, products, otherTopics, rows };
    },
    { isolation: "repeatable read", readOnly: true },
  );
  // What a row of that moment came from is in the log by now.
  await stretch.readOn();
  let sent = 0;
  if (history !== undefined) {
    for await (const orders of inChunks(history, historyPiece)) {
      signal?.throwIfAborted();
      join.sent(orders);
      sent += orders.length;
      onProgress({ doing: "history", done: sent });
    }
  }
  const { judgedTo, judgedBy } = judgedUpTo(moment.stored, settled, committed, stretch.ranges);
  return {
    evidence: {
      present: schema.present,
      products: moment.products,
      storedOffsets: moment.stored,
      log: stretch.ranges,
      baseline,
      // Only what the offsets have passed is judged: what is missing of that stays missing. But for those
      // of Kafka, which some commit before they decide.
      drained: judgedBy !== "committed-offsets",
    },
    ledger: {
      ...{ present: schema.present, topic: log.topic, judgedTo, judgedBy, alone },
      from: stretch.from,
      wholeLog: stretch.isWhole,
      logDoubt: stretch.doubt,
      ...{ history: history !== undefined, historyCut: history?.cut === true },
      epochBeganAtMs: epoch?.beganAtMs,
      sources: schema.sources,
      ownConsumer: moment.stored !== undefined,
      otherTopics: moment.otherTopics,
    },
    mapped: schema.mapped !== undefined,
    ...{ messages: stretch.read, rows: moment.rows, sent },
  };
}

async function hasOtherTopics(
  tx: Queryable,
  { present }: AuditedSchema,
  topic: string,
): Promise<boolean> {
  return present.consumerOffsets && (await otherTopicsOffsets(tx, topic)) !== noOtherTopics;
}

/** The mark of no rows at all. */
const noOtherTopics = "";

function judgedUpTo(
  stored: StoredOffsets | undefined,
  settled: readonly PartitionRange[] | undefined,
  committed: ReadonlyMap<number, number>,
  ranges: readonly PartitionRange[],
): { readonly judgedTo: ReadonlyMap<number, number>; readonly judgedBy: JudgedBy } {
  if (stored !== undefined) return { judgedTo: stored, judgedBy: "stored-offsets" };
  if (settled !== undefined) {
    const judgedTo = new Map(settled.map(({ partition, high }) => [partition, high]));
    return { judgedTo, judgedBy: "settled" };
  }
  const judgedTo = new Map(
    ranges.map(({ partition, high }) => [partition, Math.min(high, committed.get(partition) ?? 0)]),
  );
  return { judgedTo, judgedBy: "committed-offsets" };
}

async function judgeLedger(
  { evidence, ledger, mapped, messages, rows, sent }: Gathered,
  { signal, alone = false, acceptedBeforeLog = false, onProgress = () => {} }: LedgerOptions,
  join: LedgerJoin,
  second: SecondLook,
): Promise<LedgerAudit> {
  const { history } = ledger;
  const ofSent = startJudging(evidence, history ? sentChecks : []);
  const ofOrdered = startJudging(evidence, orderedChecks);
  const ofLedger = judgeTraces(
    history ? [...ledgerChecks, ...ledgerSentChecks] : ledgerChecks,
    ledger,
  );
  let done = 0;
  for await (const traces of join.traces()) {
    signal?.throwIfAborted();
    for (const trace of traces) {
      done += 1;
      ofLedger.see(trace);
      second.see(trace);
      const order = orderTraceOf(trace);
      if (order === undefined) continue;
      ofOrdered.see(order);
      if (trace.sent !== undefined && isOpenNoMore(trace, ledger)) ofSent.see(order);
    }
    onProgress({ doing: "joining", done });
  }
  const ofPartitions = judgeTraces(partitionChecks, ledger);
  for (const trace of second.partitions()) ofPartitions.see(trace);
  const ofCustomers = judgeTraces(history && !acceptedBeforeLog ? customerChecks : [], ledger);
  for (const trace of second.customers()) ofCustomers.see(trace);
  const findings: readonly Finding[] = [
    ...ofSent.findings({ alone }),
    ...ofLedger.findings(),
    ...ofPartitions.findings(),
    ...ofCustomers.findings(),
    ...ofOrdered.findings({ alone }),
  ];
  return {
    ...concluded(
      mapped ? withoutCommands(findings) : findings,
      history ? ofSent.counts : ofOrdered.counts,
      history ? "accepted" : "logged",
    ),
    read: { messages, rows, sent, spilledBytes: join.bytes + second.bytes },
    judgedBy: ledger.judgedBy,
    judgedTo: ledger.judgedTo,
  };
}

/** Its messages were passed, or it has an outcome already, or it is not in the log and never will be. */
function isOpenNoMore(trace: LedgerTrace, ledger: LedgerEvidence): boolean {
  const { messages, rows, deadLetters, sent } = trace;
  if (rows.length > 0 || deadLetters.length > 0) return true;
  if (messages.length > 0) return messages.some((each) => isJudged(each, ledger.judgedTo));
  // Of an accepted one that is not in the log another check says so.
  return sent?.state !== "acked";
}
