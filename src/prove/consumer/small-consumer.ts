import type { Database } from "../../ports/database.ts";
import type { LogMessage } from "../../ports/log.ts";
import { decideMessage, right, type Source, type Ways } from "./ways.ts";

/**
 * A consumer in code of its own, as small as one can be: each message is a transaction, one after the
 * other in a partition, the partitions side by side. It decides all that it is given, and ends.
 * @param ways what it does otherwise than the right one.
 */
export async function runSmallConsumer(
  database: Database,
  messages: readonly LogMessage[],
  source: Source,
  ways: Partial<Ways> = {},
): Promise<void> {
  const all: Ways = { ...right, ...ways };
  const partitions = new Map<number, LogMessage[]>();
  for (const message of messages) {
    const known = partitions.get(message.partition);
    if (known === undefined) partitions.set(message.partition, [message]);
    else known.push(message);
  }
  await Promise.all(
    [...partitions.values()].map(async (ofPartition) => {
      for (const message of ofPartition) {
        const decide = (tx: Parameters<typeof decideMessage>[0]) =>
          decideMessage(tx, message, all, source);
        await all.deliver(database, message, decide, source);
      }
    }),
  );
}
