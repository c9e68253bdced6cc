import type { LockForest, LockNode, SessionView, WaitView } from "./answers.ts";

export interface Waiting {
  readonly pid: number;
  /** Whom it waits for; those ahead of it in the queue are among them. 0: a prepared transaction. */
  readonly blockers: readonly number[];
  readonly waitsFor: WaitView;
}

/**
 * Who waits for whom, as trees: at the root a session that waits for nobody. Each waiting session
 * appears once, below that of its blockers which is nearest to a root (then the lowest PID); among
 * several the one that waits longest comes first, as in PostgreSQL's queue. A circle
 * without a way out gets its lowest PID as root. Pure; visits each session once, whatever it is given.
 */
export function lockForest(
  waiting: readonly Waiting[],
  sessions: readonly SessionView[],
): Omit<LockForest, "hidden_sessions"> {
  const byPid = new Map<number, Waiting>();
  for (const one of waiting) if (!byPid.has(one.pid)) byPid.set(one.pid, one);
  const followers = new Map<number, number[]>();
  for (const { pid, blockers } of byPid.values()) {
    for (const blocker of new Set(blockers)) {
      if (blocker === pid) continue; // a parallel worker of its own
      followers.set(blocker, [...(followers.get(blocker) ?? []), pid]);
    }
  }
  const parents = new Map<number, number>();
  const roots = [...followers.keys()].filter((pid) => !byPid.has(pid)).sort(ascending);
  const reached = new Set<number>(roots);
  reach(roots, followers, parents, reached);
  const deadlocked: number[] = [];
  for (const pid of [...byPid.keys()].sort(ascending)) {
    if (reached.has(pid) || !followers.has(pid)) continue;
    if (!waitsForItself(pid, followers)) continue;
    deadlocked.push(...circle(pid, followers));
    roots.push(pid);
    reached.add(pid);
    reach([pid], followers, parents, reached);
  }
  // What is left waits for somebody that is gone by now.
  const gone = [...byPid.keys()].filter((pid) => !reached.has(pid)).sort(ascending);
  const children = new Map<number, number[]>();
  for (const [pid, parent] of parents) children.set(parent, [...(children.get(parent) ?? []), pid]);
  const waitOf = (pid: number) => byPid.get(pid)?.waitsFor.seconds ?? 0;
  const longestFirst = (a: number, b: number) => waitOf(b) - waitOf(a) || a - b;
  const known = new Map(sessions.map((session) => [session.pid, session]));
  const node = (pid: number): LockNode => ({
    session: known.get(pid) ?? { pid },
    waits_for: byPid.get(pid)?.waitsFor ?? null,
    also_behind: [...new Set(byPid.get(pid)?.blockers ?? [])]
      .filter((blocker) => blocker !== pid && blocker !== parents.get(pid))
      .sort(ascending),
    waiting: (children.get(pid) ?? []).sort(longestFirst).map(node),
  });
  const waits = [...byPid.values()].flatMap(({ waitsFor }) => waitsFor.seconds ?? []);
  return {
    waiting: byPid.size,
    longest_wait_seconds: waits.length === 0 ? null : Math.max(...waits),
    blockers: [...roots, ...gone].map(node),
    deadlocked,
  };
}

/** Breadth first: a session's parent is one of its nearest to a root. */
function reach(
  from: readonly number[],
  followers: ReadonlyMap<number, readonly number[]>,
  parents: Map<number, number>,
  reached: Set<number>,
): void {
  let level = [...from].sort(ascending);
  while (level.length > 0) {
    const next: number[] = [];
    for (const parent of level) {
      for (const pid of followers.get(parent) ?? []) {
        if (reached.has(pid)) continue;
        reached.add(pid);
        parents.set(pid, parent);
        next.push(pid);
      }
    }
    level = next.sort(ascending);
  }
}

function waitsForItself(pid: number, followers: ReadonlyMap<number, readonly number[]>): boolean {
  return below(pid, followers).has(pid);
}

/** @returns those that wait for `pid` and that it waits for, itself included. */
function circle(pid: number, followers: ReadonlyMap<number, readonly number[]>): readonly number[] {
  return [...below(pid, followers)]
    .filter((other) => below(other, followers).has(pid))
    .sort(ascending);
}

function below(pid: number, followers: ReadonlyMap<number, readonly number[]>): Set<number> {
  const found = new Set<number>();
  const open = [pid];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const other of followers.get(next) ?? []) {
      if (found.has(other)) continue;
      found.add(other);
      open.push(other);
    }
  }
  return found;
}

function ascending(a: number, b: number): number {
  return a - b;
}
