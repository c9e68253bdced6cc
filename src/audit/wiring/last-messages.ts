import type { LogMessage } from "../../ports/log.ts";
import type { OpenTopic } from "./open-topic.ts";

/** @returns the last messages of a topic, at most so many, read through no group. */
export async function lastMessages(
  topic: Pick<OpenTopic, "ranges" | "read">,
  most: number,
): Promise<readonly LogMessage[]> {
  const ranges = (await topic.ranges()).filter(({ low, high }) => high > low);
  const each = Math.max(1, Math.ceil(most / Math.max(1, ranges.length)));
  // Transaction markers take offsets, too: a few more are asked for than are wanted.
  const spans = ranges.map(({ partition, low, high }) => ({
    ...{ partition, high, low: Math.max(low, high - 2 * each) },
  }));
  const found: LogMessage[] = [];
  for await (const messages of topic.read(spans, (message) => message)) found.push(...messages);
  found.sort((a, b) => b.timestampMs - a.timestampMs || b.offset - a.offset);
  return found.slice(0, most);
}
