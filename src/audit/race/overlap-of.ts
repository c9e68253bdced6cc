import type { Overlap } from "../race-evidence.ts";
import type { Round } from "./run-round.ts";

/** Pure: what was seen of transactions meeting at the rows, of all rounds together. */
export function overlapOf(rounds: readonly Round[], held: boolean): Overlap {
  const backends = rounds.flatMap((round) => round.sightings.backends);
  return {
    held,
    rounds: rounds.length,
    roundsWithOverlap: rounds.filter((round) => round.sightings.transactionsMax >= 2).length,
    transactionsMax: Math.max(0, ...rounds.map((round) => round.sightings.transactionsMax)),
    backends: [...new Map(backends.map((backend) => [backend.pid, backend])).values()],
  };
}
