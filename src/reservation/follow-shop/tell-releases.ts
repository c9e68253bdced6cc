import { derivedEventId } from "../../order/order-id.ts";
import { writeOutcomeEvent } from "../../order/outcome-event.ts";
import type { Database } from "../../ports/database.ts";
import type { MessageSender, OutgoingMessage } from "../../ports/log.ts";
import {
  anyUntoldReleases,
  forgetUntoldReleases,
  lockUntoldReleases,
  type UntoldRelease,
} from "./sql/untold-releases.ts";

const releasesAtOnce = 500;

/**
 * Tells topic `orders-inventory` of every order that gave its stock back, once that is committed: at
 * least once, keyed by order, each copy under the same event id. Several may do it at once.
 * @returns how many it told of.
 */
export async function tellReleases(database: Database, sender: MessageSender): Promise<number> {
  let told = 0;
  while (await anyUntoldReleases(database)) {
    // Before the transaction: it must not wait for Kafka longer than one request takes.
    if (!sender.connected) await sender.connect();
    const some = await database.transaction(async (tx) => {
      const releases = await lockUntoldReleases(tx, releasesAtOnce);
      if (releases.length === 0) return 0;
      const messages = releases.filter(({ products }) => products.length > 0).map(messageOf);
      if (messages.length > 0) await sender.send(messages);
      await forgetUntoldReleases(tx, releases);
      return releases.length;
    });
    // Others have the rest in hand.
    if (some === 0) break;
    told += some;
  }
  return told;
}

function messageOf({
  order_id: orderId,
  released_at,
  products,
  quantities,
}: UntoldRelease): OutgoingMessage {
  const items = products.map((productId, n) => ({ productId, quantity: quantities[n] ?? 0 }));
  const timestamp = released_at.toISOString();
  return {
    key: orderId,
    value: Buffer.from(writeOutcomeEvent({ orderId, status: "RELEASED", items, timestamp })),
    headers: { "event-id": derivedEventId(orderId, "inventory RELEASED") },
  };
}
