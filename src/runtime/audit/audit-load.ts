import { type Audit, auditOrders } from "../../audit/audit-orders.ts";
import type { Narrator } from "../../audit/race/run-race.ts";
import type { SentOrder } from "../../audit/sent-order.ts";
import { waitUntilDecided } from "../../audit/wait-until-decided.ts";
import type { Settings } from "../config/settings.ts";
import { openDatabase } from "../database/open-database.ts";
import { createKafka } from "../kafka/kafka-client.ts";
import { openLogReader } from "./kafka-log-reader.ts";
import { reaching } from "./reaching.ts";

/**
 * Waits until every accepted order of a load is decided, then holds all of them against the
 * database and the log.
 * @throws Failure("environment") when Kafka or PostgreSQL cannot be used; the signal's reason when
 *   aborted.
 */
export async function auditLoad(
  settings: Settings,
  history: readonly SentOrder[],
  timeoutMs: number,
  narrator: Narrator,
  signal: AbortSignal,
): Promise<Audit> {
  const database = openDatabase(settings, { applicationName: "orders audit", poolSize: 2 });
  const kafka = createKafka(settings, "orders-audit");
  const remedy = "see `orders status`, and run it again";
  const log = await reaching("Kafka", remedy, () =>
    openLogReader(kafka, settings.topic, settings.group),
  ).catch(async (error: unknown) => {
    await database.close();
    throw error;
  });
  try {
    const accepted = history.filter(({ state }) => state === "acked").map((order) => order.orderId);
    const sources = { database, log };
    const wait = await narrator.step("Waiting until every order is decided", (say) =>
      reaching("Kafka or PostgreSQL", remedy, () =>
        waitUntilDecided(sources, {
          orderIds: accepted,
          timeoutMs,
          signal,
          onProgress: ({ lag, undecided }) => say(`lag ${lag}, undecided ${undecided}`),
        }),
      ),
    );
    return await narrator.step(`Reconciling ${history.length} orders by id`, () =>
      reaching("PostgreSQL", remedy, () =>
        auditOrders(sources, { history, drained: wait.drained, log: wait.log }),
      ),
    );
  } finally {
    await Promise.allSettled([log.close(), database.close()]);
  }
}
