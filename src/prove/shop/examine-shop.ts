import { auditAnalytics } from "../../audit/analytics/audit-analytics.ts";
import { auditOutbox } from "../../audit/shop/audit-outbox.ts";
import { auditShop } from "../../audit/shop/audit-shop.ts";
import { type Verdict, verdictOf } from "../../audit/verdict.ts";
import type { OpenShopWorld } from "./shop-world.ts";

/** Reads a shop as `orders audit outbox`, `analytics` and `shop` read any: all their checks together. */
export async function examineShop(world: OpenShopWorld, signal: AbortSignal): Promise<Verdict> {
  const { database, events, placed, settings } = world;
  // Nothing works any more when an audit begins: one look.
  const once = { withinMs: 0, signal };
  const outbox = await auditOutbox({ database, events }, once);
  const counted = { ...once, group: settings.analyticsGroup };
  const analytics = await auditAnalytics({ database, events }, counted);
  const both = { database, events, placed };
  const shop = await auditShop(both, { ...once, group: settings.group });
  return verdictOf([outbox, analytics, shop].flatMap(({ checks }) => checks));
}
