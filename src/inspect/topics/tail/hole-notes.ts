import { undecodableText } from "../../../ports/undecodable-text.ts";
import type { OnHoles } from "./last-messages.ts";

/** One line for each batch that cannot be decoded; what compaction took out is no news in a compacted topic. */
export function holeNotes(onNote: (line: string) => void): OnHoles {
  const told = new Set<string>();
  return (partition, holes) => {
    for (const hole of holes) {
      if (hole.kind !== "undecodable" || told.has(`${partition}/${hole.to}`)) continue;
      told.add(`${partition}/${hole.to}`);
      onNote(`partition ${partition}: ${undecodableText(hole)}`);
    }
  };
}
