import { counted } from "../finding.ts";
import type { Verdict } from "../verdict.ts";
import type { LawSnapshot } from "./law-reader.ts";

/** From the beginning of one snapshot to that of the next; undefined before there are two. */
export interface Pace {
  readonly askedMs: number;
  readonly lastMs: number | undefined;
  readonly meanMs: number | undefined;
  readonly longestMs: number | undefined;
}

/** A snapshot as it is shown while the watch goes on. */
export interface WatchedSnapshot {
  /** From 1 on. */
  readonly number: number;
  readonly snapshot: LawSnapshot;
  /** Of a core, so far: this process and the server's time for it. */
  readonly share: number;
  readonly pace: Pace;
}

export interface LawWatch {
  readonly began: Date;
  readonly ended: Date;
  readonly snapshots: number;
  /** Of them, those in which everything was counted. */
  readonly completeCounts: number;
  readonly pace: Pace;
  readonly coreMax: number;
  /** Of a core: this process and the server's time for it, by the clock on the wall. */
  readonly share: number;
  /** Orders or stock were not the same in every snapshot. */
  readonly moved: boolean;
  /** Why the database could not be asked at the end. */
  readonly trouble: string | undefined;
  /** The first broken one, where there is one. */
  readonly last: LawSnapshot | undefined;
  readonly movementsKept: boolean;
}

/** Pure. A break that was seen stays seen, whatever else is unknown. */
export function watchVerdict(watch: LawWatch): Omit<Verdict, "checks"> {
  const { last, snapshots, completeCounts, moved, trouble } = watch;
  if (last !== undefined && last.broken.length > 0) {
    const names = last.broken.map(({ productId }) => productId).join(", ");
    return { verdict: "violated", reason: `the stock's law is broken for ${names}` };
  }
  if (last === undefined || trouble !== undefined) {
    const why = trouble === undefined ? "" : `: ${trouble}`;
    return { verdict: "inconclusive", reason: `the database could not be asked at the end${why}` };
  }
  const kept = last.products.some(
    ({ stock }) => stock?.reserved !== undefined || stock?.total !== undefined,
  );
  if (!kept) {
    const reason =
      "the inventory counts neither what is reserved nor the total, so nothing can be held against the orders";
    return { verdict: "inconclusive", reason };
  }
  if (!moved) {
    const reason = `in ${counted(snapshots, "snapshot")} neither orders nor stock moved, so nothing could have broken; run a load beside it`;
    return { verdict: "inconclusive", reason };
  }
  return {
    verdict: "consistent",
    reason: `the stock's law held in each of ${counted(snapshots, "snapshot")}; in ${completeCounts} of them every order was counted`,
  };
}
