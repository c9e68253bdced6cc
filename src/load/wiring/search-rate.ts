import { Failure } from "../../failure/failure.ts";
import { explainDatabaseError } from "../../runtime/postgres/database-failure.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { findRate, interval, type TriedRate, type Try } from "../search/find-rate.ts";
import { type JudgedTry, judgeTry, type TryFigures } from "../search/judge-try.ts";
import type { RateSearch, RateTry, SearchEnd } from "../search/rate-search.ts";
import type { SearchRequest } from "../search/search-request.ts";
import { commitQuestion } from "../sql/select-committed.ts";
import type { MeasuredLoad } from "./measure-load.ts";
import { unreadBacklog, watchBacklog } from "./watch-backlog.ts";

export interface SearchOptions {
  readonly request: SearchRequest;
  readonly seed: string;
  /** How long a backlog is waited for, and rows are. */
  readonly drainTimeoutMs: number;
  /** Why nobody looks for a backlog; undefined: the topic and the group of the settings have it. */
  readonly backlogUnread: string | undefined;
}

export interface SearchHooks {
  /**
   * Sends one load and measures it.
   * @param number of the try, from 1: by it, seed and run id are this load's alone.
   * @param ended to be called when the load is over, and before anything is waited for.
   * @throws Failure("environment") when the target cannot be reached at the start.
   */
  readonly measure: (tried: Try, number: number, ended: () => void) => Promise<MeasuredLoad>;
  readonly onTry: (tried: RateTry) => void;
  readonly note: (what: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Tries rate after rate, each with a load of its own that begins when the backlog of the one before
 * is gone, until the search ends, a try cannot be judged, or a signal comes.
 * @throws Failure("environment") when the target cannot be reached at the very first.
 * @throws Failure("inconclusive") when it is known beforehand that no rate could count.
 */
export async function searchRate(
  settings: Settings,
  options: SearchOptions,
  hooks: SearchHooks,
): Promise<RateSearch> {
  const { request, seed, drainTimeoutMs, backlogUnread } = options;
  const { signal, note, onTry } = hooks;
  const tries: RateTry[] = [];
  const tried: TriedRate[] = [];
  if (request.reconcile) await demandRows(settings);
  const backlog =
    backlogUnread === undefined ? await watchBacklog(settings) : unreadBacklog(backlogUnread);

  const ending = (end: SearchEnd, reason?: string): RateSearch => ({
    ...{ request, seed, end, reason, tries },
    ratePerSecond: end === "found" ? interval(tried.filter(isHold)).held : undefined,
    heldPerSecond: interval(tried).held,
    notHeldPerSecond: interval(tried.filter(isHold)).failed ?? interval(tried).failed,
  });

  async function judged(next: Try, number: number): Promise<RateTry> {
    const reconcile = request.reconcile && next.kind === "hold";
    const judging = { durationMs: request.durationMs[next.kind], sloMs: request.sloMs, reconcile };
    try {
      let draining: ReturnType<typeof backlog.untilDrained> | undefined;
      const ended = () => {
        draining ??= backlog.untilDrained(drainTimeoutMs, signal);
      };
      const measured = await hooks.measure(next, number, ended);
      ended();
      const figures: TryFigures = {
        ...measured,
        backlog: await (draining as typeof draining & {}),
      };
      const found = judgeTry(next, figures, judging);
      // What was waited for when the signal came is not judged by what had not come.
      const verdict = signal.aborted ? stopped(found) : found;
      return { ...verdict, number, figures };
    } catch (error) {
      // One that was there before: what it says of itself now is a finding.
      if (tries.length === 0 || !(error instanceof Failure) || error.kind !== "environment")
        throw error;
      return {
        ...next,
        verdict: "unreachable",
        reasons: [error.message],
        number,
        figures: undefined,
      };
    }
  }

  try {
    const before = await backlog.untilDrained(drainTimeoutMs, signal);
    if (signal.aborted) return ending("stopped");
    if (before.unread !== undefined) note(`the consumer's lag is not read: ${before.unread}`);
    else if (before.drainedMs === undefined)
      return ending(
        "backlog",
        `${before.lag?.toLocaleString("en-US")} messages were waiting before the first order`,
      );
    for (;;) {
      const next = findRate(tried, request);
      if ("end" in next) return ending(next.end);
      if (signal.aborted) return ending("stopped");
      const each = await judged(next, tries.length + 1);
      tries.push(each);
      onTry(each);
      if (each.verdict !== "held" && each.verdict !== "not_held") return ending(each.verdict);
      tried.push({ ...next, held: each.verdict === "held" });
    }
  } finally {
    await backlog.close();
  }
}

function isHold({ kind }: Try): boolean {
  return kind === "hold";
}

function stopped(tried: JudgedTry): JudgedTry {
  return tried.verdict === "held" ? tried : { ...tried, verdict: "stopped" };
}

/** Better known before minutes of load than after. */
async function demandRows(settings: Settings): Promise<void> {
  try {
    const database = openDatabase(settings, { applicationName: "orders produce", poolSize: 1 });
    try {
      await commitQuestion(database);
    } catch (error) {
      throw explainDatabaseError(error, settings.databaseUrl);
    } finally {
      await database.close();
    }
  } catch (error) {
    throw new Failure("inconclusive", {
      what: `the orders could not be reconciled: ${error instanceof Error ? error.message : error}`,
      meaning: "a rate counts only if each of its acknowledged orders has its row",
      remedy:
        "make the database of the settings reachable, or count rates without by --no-reconcile",
    });
  }
}
