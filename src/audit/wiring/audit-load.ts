import type { Narrator } from "../../ports/narrator.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { type Audit, auditOrders } from "../audit-orders.ts";
import type { Baseline } from "../database-evidence.ts";
import { auditLedger } from "../ledger/audit-ledger.ts";
import type { AuditSources } from "../ports.ts";
import { readBaseline } from "../read-baseline.ts";
import { acceptedIds, type SentOrders } from "../sent-order.ts";
import { waitUntilDecided } from "../wait-until-decided.ts";
import { openLogReader } from "./open-log-reader.ts";
import { reaching } from "./reaching.ts";

/** Between rounds of a warm-up: what takes longer is left to the audit, which says so. */
const settleWithinMs = 30_000;
const remedy = "see `orders status`, and run it again";

/**
 * Where a load begins: the log's end and the stock. Take it before the first order.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used.
 */
export function noteBaseline(settings: Settings): Promise<Baseline> {
  return withSources(settings, (sources) => readBaseline(sources));
}

/**
 * Waits until every accepted order of a load is decided, then holds all of them against the
 * database and the log.
 * @param load.alone nobody else orders there, or changes the stock.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used; the signal's reason when
 *   aborted.
 */
export function auditLoad(
  settings: Settings,
  load: {
    readonly history: SentOrders;
    readonly baseline: Baseline;
    readonly alone: boolean;
    /** Where what memory cannot hold is kept meanwhile. */
    readonly spillDirectory: string;
    readonly acceptedBeforeLog: boolean;
  },
  timeoutMs: number,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<Audit> {
  const { history, baseline, alone, spillDirectory, acceptedBeforeLog } = load;
  return withSources(settings, async (sources) => {
    const { drained, lost, log } = await narrator.step(
      "Waiting until every order is decided",
      (say) =>
        waitUntilDecided(sources, {
          orderIds: acceptedIds(history),
          timeoutMs,
          since: baseline.log,
          signal,
          onProgress: ({ lag, undecided }) => say(`lag ${lag}, undecided ${undecided}`),
        }),
    );
    return narrator.step(`Reconciling ${history.offered} orders by id`, () =>
      // Of others' systems the run's own rows are looked at, which may be few among millions.
      alone
        ? auditLedger(sources, {
            ...{ history, baseline, alone, acceptedBeforeLog, spillDirectory, signal },
            settled: drained ? log : undefined,
          })
        : auditOrders(sources, { history, baseline, drained, lost, log, alone }),
    );
  });
}

/**
 * Waits until the accepted of these orders are decided, as long as that takes for a warm system at most.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used; the signal's reason.
 */
export async function awaitDecided(
  settings: Settings,
  sent: SentOrders,
  signal: AbortSignal,
): Promise<void> {
  await withSources(settings, (sources) =>
    waitUntilDecided(sources, {
      ...{ orderIds: acceptedIds(sent), timeoutMs: settleWithinMs, signal },
    }),
  );
}

async function withSources<T>(
  settings: Settings,
  work: (sources: AuditSources) => Promise<T>,
): Promise<T> {
  const database = openDatabase(settings, { applicationName: "orders audit", poolSize: 2 });
  const closing: (() => Promise<void>)[] = [() => database.close()];
  try {
    return await reaching(
      "Kafka or PostgreSQL",
      remedy,
      async () => {
        const kafka = createKafka(settings, "orders-audit");
        const log = await openLogReader(kafka, settings.topic, settings.group);
        closing.push(() => log.close());
        return work({ database, log });
      },
      settings,
    );
  } finally {
    await Promise.allSettled(closing.map((close) => close()));
  }
}
