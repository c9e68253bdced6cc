import type { Narrator } from "../../ports/narrator.ts";
import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { auditAnalytics } from "../analytics/audit-analytics.ts";
import type { ShopSources } from "../ports.ts";
import { auditOutbox } from "../shop/audit-outbox.ts";
import { auditShop } from "../shop/audit-shop.ts";
import type { SettleOptions } from "../shop/settle.ts";
import type { ShopAudit } from "../shop/shop-audit.ts";
import { openEventLog } from "./open-event-log.ts";
import { explainServiceError, reaching } from "./reaching.ts";

/** Of the shop; each is a command. */
const shopAudits = {
  outbox: {
    title: "Holding the shop's outbox against the log of its events",
    audit: auditOutbox,
  },
  analytics: {
    title: "Counting the log of events again",
    audit: (sources: ShopSources, options: SettleOptions, { analyticsGroup: group }: Settings) =>
      auditAnalytics(sources, { ...options, group }),
  },
  shop: {
    title: "Holding the shop against the reservation",
    audit: auditBoth,
  },
} as const;
export type ShopAuditName = keyof typeof shopAudits;

/** The topic on which orders are placed is opened for this one alone. */
async function auditBoth(
  sources: ShopSources,
  options: SettleOptions,
  settings: Settings,
): Promise<ShopAudit> {
  const { topic, group } = settings;
  const placed = await openEventLog(createKafka(settings, "orders-audit"), topic);
  try {
    return await auditShop({ ...sources, placed }, { ...options, group });
  } finally {
    await placed.close();
  }
}

/**
 * Opens what an audit of the shop needs, runs it, and closes everything whatever happens.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used; the signal's reason when
 *   aborted.
 */
export async function startShopAudit(
  name: ShopAuditName,
  settings: Settings,
  { withinMs, signal }: SettleOptions,
  narrator: Narrator,
): Promise<ShopAudit> {
  const { title, audit } = shopAudits[name];
  const database = openDatabase(settings, {
    applicationName: `orders audit ${name}`,
    poolSize: 2,
  });
  const closing: (() => Promise<void>)[] = [() => database.close()];
  try {
    const { brokers, eventsTopic } = settings;
    const events = await reaching(
      `Kafka (${brokers}, topic ${eventsTopic})`,
      "see `orders status`; are --brokers and --events-topic right?",
      () => openEventLog(createKafka(settings, "orders-audit"), eventsTopic),
      settings,
    );
    closing.push(() => events.close());
    const sources: ShopSources = { database, events };
    return await narrator.step(title, async (say) => {
      const onProgress = (open: number) => say(open === 0 ? "reading" : `${open} under way`);
      const found = await audit(sources, { withinMs, signal, onProgress }, settings);
      say(found.verdict);
      return found;
    });
  } catch (error) {
    throw explainServiceError(error, settings);
  } finally {
    await Promise.allSettled(closing.map((close) => close()));
  }
}
