import { createKafka } from "../../runtime/kafka/kafka-client.ts";
import { openDatabase } from "../../runtime/postgres/open-database.ts";
import { databaseAddress } from "../../runtime/settings/database-address.ts";
import type { Settings } from "../../runtime/settings/settings.ts";
import { guessMessage } from "../mapping/draft/guess-message.ts";
import { guessStatuses } from "../mapping/draft/guess-statuses.ts";
import { guessOrders, guessStock, type TableGuess } from "../mapping/draft/guess-tables.ts";
import { type Draft, writeDraft } from "../mapping/draft/write-draft.ts";
import type { OrderColumn } from "../mapping/mapping.ts";
import { draftRelations } from "../sql/select-draft-relations.ts";
import { statusesOf } from "../sql/select-statuses.ts";
import { lastMessages } from "./last-messages.ts";
import { openTopic } from "./open-topic.ts";
import { explainServiceError } from "./reaching.ts";

const messagesLookedAt = 50;

/**
 * Looks at a database's tables and at the last messages of a topic, and drafts a mapping. Changes
 * nothing; reads through no group. Without a legible topic the draft says so.
 * @throws Failure("environment") when PostgreSQL cannot be used.
 */
export async function draftMapping(settings: Settings): Promise<Draft> {
  const database = openDatabase(settings, { applicationName: "orders audit map", poolSize: 1 });
  try {
    const tables = await database.transaction(
      async (tx) => {
        const relations = await draftRelations(tx);
        const orders = guessOrders(relations);
        return { orders, stock: guessStock(relations), seen: await statusesIn(tx, orders[0]) };
      },
      { isolation: "repeatable read", readOnly: true },
    );
    const { values, noMessage } = await messagesOf(settings);
    return writeDraft({
      ...{ orders: tables.orders, stock: tables.stock, statuses: guessStatuses(tables.seen) },
      message: guessMessage(values),
      noMessage: noMessage ?? `no message of ${settings.topic} is JSON`,
      looked: `${databaseAddress(settings.databaseUrl)} and the last messages of ${settings.topic}`,
    });
  } catch (error) {
    throw explainServiceError(error, settings);
  } finally {
    await database.close();
  }
}

function statusesIn(
  tx: Parameters<typeof statusesOf>[0],
  guess: TableGuess<OrderColumn> | undefined,
): ReturnType<typeof statusesOf> {
  const column = guess?.columns.status.best?.name;
  if (guess === undefined || column === undefined) return Promise.resolve([]);
  return statusesOf(tx, guess.relation, column);
}

/** A topic that cannot be read leaves its part of the draft open. */
async function messagesOf(
  settings: Settings,
): Promise<{ readonly values: readonly Buffer[]; readonly noMessage: string | undefined }> {
  const kafka = createKafka(settings, "orders-audit");
  try {
    const topic = await openTopic(kafka, settings.topic);
    try {
      const messages = await lastMessages(topic, messagesLookedAt);
      const values = messages.flatMap(({ value }) => value ?? []);
      const none = values.length === 0 ? `the topic ${settings.topic} holds no message` : undefined;
      return { values, noMessage: none };
    } finally {
      await topic.close();
    }
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { values: [], noMessage: `the topic ${settings.topic} was not read: ${why}` };
  }
}
