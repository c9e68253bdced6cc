import type { Narrator } from "../../ports/narrator.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { auditLedger, type LedgerProgress, type LedgerRun } from "../ledger/audit-ledger.ts";
import type { Mapping } from "../mapping/mapping.ts";
import { acceptedIds, type SentOrders } from "../sent-order.ts";
import { waitUntilDecided } from "../wait-until-decided.ts";
import { offsetsSince, type Since } from "./offsets-since.ts";
import { openAuditedLog } from "./open-audited-log.ts";
import { explainServiceError } from "./reaching.ts";

export interface StartLedgerOptions {
  readonly history: SentOrders | undefined;
  readonly since: Since;
  readonly alone: boolean;
  /** Longest wait until what the log holds is decided; 0: looks at once. */
  readonly timeoutMs: number;
  readonly spillDirectory: string;
  /** Where a foreign system has it. */
  readonly mapping?: Mapping | undefined;
}

/**
 * Opens what a ledger needs, waits until what the log holds is decided, accounts for all of it, and
 * closes everything whatever happens. Changes nothing, and reads through no group.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used; the signal's reason.
 */
export async function startLedger(
  settings: Settings,
  options: StartLedgerOptions,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<LedgerRun> {
  const { history, since, alone, timeoutMs, spillDirectory, mapping } = options;
  const database = openDatabase(settings, { applicationName: "orders audit ledger", poolSize: 2 });
  const closing: (() => Promise<void>)[] = [() => database.close()];
  try {
    const log = await openAuditedLog(settings, mapping);
    closing.push(() => log.close());
    const from = await offsetsSince(log, since);
    const wait = await narrator.step("Waiting until every order is decided", (say) =>
      waitUntilDecided(
        { database, log, mapping },
        {
          ...{ timeoutMs, signal },
          orderIds: history === undefined ? [] : acceptedIds(history),
          onProgress: ({ lag, undecided }) => say(`lag ${lag}, ${undecided} undecided`),
        },
      ),
    );
    const audit = await narrator.step("Accounting for every order by id", (say) =>
      auditLedger(
        { database, log, mapping },
        {
          ...{ history, from, alone, spillDirectory, signal },
          settled: wait.drained ? wait.log : undefined,
          onProgress: (progress) => say(inWords(progress)),
        },
      ),
    );
    return { ...audit, wait };
  } catch (error) {
    throw explainServiceError(error, settings);
  } finally {
    await Promise.allSettled(closing.reverse().map((close) => close()));
  }
}

function inWords({ doing, done }: LedgerProgress): string {
  const what = {
    log: "messages read",
    rows: "order rows read",
    history: "orders of the history read",
    joining: "orders joined",
  } as const;
  return `${done} ${what[doing]}`;
}
