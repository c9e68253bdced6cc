import type { StandingPartition } from "../ports/log.ts";
import { shown } from "./terminal.ts";

const shownMax = 5;

/** Lines about partitions that stand at an undecodable batch, with the way on. */
export function standingLines(topic: string, standing: readonly StandingPartition[]): string[] {
  const lines = standing.slice(0, shownMax).map((each) => {
    const { partition, first_offset: first, last_offset: last } = each;
    const where = first === last ? `offset ${first}` : `offsets ${first} to ${last}`;
    return shown(
      `Partition ${partition} stands since ${each.found_at}: the batch of ${where} cannot be decoded (${each.why}: ${each.detail}). \`orders dlq bury ${topic}/${partition}/${first}\` dead-letters it.`,
    );
  });
  const more = standing.length - shownMax;
  return more > 0 ? [...lines, `… and ${more} more partitions stand; --json names all.`] : lines;
}
