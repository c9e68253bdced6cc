import { decideWork } from "../../reservation/decide-work.ts";
import type { Strategy } from "../../reservation/work.ts";
import type { Arranged, ArrangedWork } from "../figures/arrange-works.ts";
import { addContents, type Contents, noContents } from "../figures/contents.ts";

export interface DecidedWorks {
  readonly messages: number;
  readonly lines: number;
  readonly seconds: number;
  /** Transactions begun again: inside the strategy, or after an error that passes. */
  readonly retries: number;
  /** Of the works that were decided. */
  readonly contents: Contents;
  /** False when time ran out before the works did. */
  readonly complete: boolean;
}

export interface DecideLimits {
  readonly workers: number;
  /** No work is begun later than this. */
  readonly maxMs: number;
  readonly signal: AbortSignal;
}

interface Lane {
  readonly works: readonly ArrangedWork[];
  next: number;
  busy: boolean;
}

/**
 * Decides the works as the consumer does, so many at a time: a free worker takes the next work of the
 * lane that has most left. The clock runs from the first work to the last answer.
 */
export async function decideWorks(
  arranged: Arranged,
  strategy: Strategy,
  { workers, maxMs, signal }: DecideLimits,
): Promise<DecidedWorks> {
  const lanes: Lane[] = arranged.lanes.map((works) => ({ works, next: 0, busy: false }));
  const total = { messages: 0, lines: 0, retries: 0, contents: noContents };
  const startMs = performance.now();
  const isOver = () => signal.aborted || performance.now() - startMs > maxMs;
  async function worker(): Promise<void> {
    for (;;) {
      // A lane in hand may be all that is left: a worker that finds none is done, the other goes on.
      const lane = isOver() ? undefined : nextLane(lanes);
      const next = lane?.works[lane.next];
      if (lane === undefined || next === undefined) return;
      lane.busy = true;
      const { fenced, retries } = await decideWork(next.work, {
        strategy,
        isOurs: () => !signal.aborted,
        onTrouble: () => {},
      });
      if (fenced.length > 0) throw new Error(`${strategy.name} found other offsets than its own`);
      total.retries += retries;
      lane.busy = false;
      lane.next++;
      total.messages += next.messages;
      total.lines += next.work.orders.reduce((sum, { order }) => sum + order.lines.length, 0);
      total.contents = addContents(total.contents, next.contents);
    }
  }
  await Promise.all(Array.from({ length: workers }, worker));
  const seconds = (performance.now() - startMs) / 1_000;
  return { ...total, seconds, complete: total.messages === arranged.messages };
}

function nextLane(lanes: readonly Lane[]): Lane | undefined {
  let best: Lane | undefined;
  for (const lane of lanes) {
    if (lane.busy || lane.next >= lane.works.length) continue;
    if (best === undefined || left(lane) > left(best)) best = lane;
  }
  return best;
}

function left({ works, next }: Lane): number {
  return works.length - next;
}
