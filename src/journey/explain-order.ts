import { isUuid } from "../order/order-id.ts";
import { createKafka } from "../runtime/kafka/kafka-client.ts";
import { cutConnections } from "../runtime/kafka/kafkajs-internals/connections.ts";
import { withAdmin } from "../runtime/kafka/with-admin.ts";
import { withDatabase } from "../runtime/postgres/with-database.ts";
import type { Settings } from "../runtime/settings/settings.ts";
import type { LogEvidence, SentEvidence, ShopEvidence, StoryEvidence } from "./story/evidence.ts";
import { type DatabaseAnswer, readDatabase } from "./story/read-database.ts";
import { type LoggedEvent, searchEvents } from "./story/search-events.ts";
import { offsetsAt, searchLog } from "./story/search-log.ts";

export interface ExplainOptions {
  readonly orderId: string;
  /** What histories say of it. */
  readonly sent: readonly SentEvidence[];
  readonly historiesUnknown: string | undefined;
  /** Look from this time on; undefined: from when it was made, else since the orders were emptied last. */
  readonly sinceMs: number | undefined;
  readonly copies: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly onProgress: (read: number) => void;
}

/**
 * Gathers all that is known of an order. Reads only, and joins no group.
 * @throws Failure("environment") when the database cannot be used.
 */
export async function explainOrder(
  settings: Settings,
  options: ExplainOptions,
): Promise<StoryEvidence> {
  const { topic, group } = settings;
  // A UUID is one id in either case; of any other text, nobody can say that.
  const orderId = isUuid(options.orderId) ? options.orderId.toLowerCase() : options.orderId;
  return withDatabase(settings, "explain", async (database) => {
    const about = { orderId, topic, group };
    // A look ahead, for where to search; what is told comes from one moment after the search.
    const hint = await readDatabase(database, { ...about, places: [], eventIds: [] });
    const found = await lookIntoLogs(settings, { ...options, orderId }, hint);
    const answer = await readDatabase(database, {
      ...about,
      places: found.log.messages,
      eventIds: found.events.map(({ eventId }) => eventId),
    });
    return {
      ...about,
      sent: options.sent,
      historiesUnknown: options.historiesUnknown,
      log: found.log,
      database: answer,
      shop: shopOf(answer, found.events, settings.eventsTopic),
    };
  });
}

interface LogFindings {
  readonly log: LogEvidence;
  readonly events: readonly LoggedEvent[];
}

async function lookIntoLogs(
  settings: Settings,
  options: ExplainOptions,
  hint: DatabaseAnswer,
): Promise<LogFindings> {
  const { orderId, sent, sinceMs, copies, timeoutMs, signal, onProgress } = options;
  const { topic, group, eventsTopic } = settings;
  const limits = { deadlineMs: performance.now() + timeoutMs, signal, onProgress };
  const kafka = createKafka(settings, "orders-explain");
  let log: LogEvidence | undefined;
  try {
    return await withAdmin(kafka, async (admin) => {
      const from = sinceMs === undefined ? hint.epoch : await offsetsAt(admin, topic, sinceMs);
      const placed = sent[0]?.customerId ?? hint.rows[0]?.customerId ?? hint.shop?.customerId;
      log = await searchLog(kafka, admin, {
        ...{ orderId, topic, group, from, copies, limits },
        places: placesIn(hint, topic),
        aboutMs: sinceMs === undefined ? madeAtMs(orderId, sent, hint) : undefined,
        customerId: placed,
      });
      const { shop } = hint;
      const events =
        shop === undefined
          ? []
          : await searchEvents(kafka, admin, {
              ...{ topic: eventsTopic, orderId, createdAtMs: shop.createdAtMs },
              limits: { ...limits, onProgress: () => {} },
            });
      return { log, events };
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { log: log ?? unseen(why), events: [] };
  } finally {
    // Requests that were given up would keep the process alive.
    cutConnections(kafka);
  }
}

/** Where rows, dead letters and replays say that messages of it stand. */
function placesIn({ rows, letters }: DatabaseAnswer, topic: string) {
  const named = [
    ...rows.map(({ partition, offset }) => ({ topic, partition, offset })),
    ...letters,
    ...letters.flatMap(({ replays }) => replays),
  ];
  const places = named.flatMap(({ topic: of, partition, offset }) =>
    of !== topic || partition === undefined || offset === undefined ? [] : [{ partition, offset }],
  );
  return [
    ...new Map(places.map((place) => [`${place.partition}/${place.offset}`, place])).values(),
  ];
}

/** Before its message was: as its sender, its row or its id (a UUIDv7) says. */
function madeAtMs(
  orderId: string,
  sent: readonly SentEvidence[],
  { rows, shop }: DatabaseAnswer,
): number | undefined {
  const idMs = /^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(orderId)
    ? Number.parseInt(orderId.slice(0, 8) + orderId.slice(9, 13), 16)
    : undefined;
  return sent[0]?.intendedAtMs ?? rows[0]?.placedAtMs ?? shop?.createdAtMs ?? idMs;
}

function unseen(why: string): LogEvidence {
  const nothing = { committed: new Map(), holders: new Map(), low: new Map() };
  return { messages: [], others: [], searched: false, cutOff: false, unknown: why, ...nothing };
}

function shopOf(
  { shop, outbox, counted }: DatabaseAnswer,
  logged: readonly LoggedEvent[],
  topic: string,
): ShopEvidence | undefined {
  if (shop === undefined) return undefined;
  const ids = new Set([...outbox, ...logged].map(({ eventId }) => eventId));
  const events = [...ids].map((eventId) => {
    const waiting = outbox.find((event) => event.eventId === eventId);
    const places = logged.filter((event) => event.eventId === eventId);
    const about = waiting ?? places[0];
    return {
      eventId,
      type: about?.type ?? "",
      sequence: about?.sequence ?? 0,
      status: waiting?.status,
      createdAtMs: waiting?.createdAtMs,
      sentAtMs: waiting?.sentAtMs,
      lastError: waiting?.lastError,
      places,
      counted: counted?.get(eventId),
    };
  });
  return {
    ...shop,
    topic,
    events: events.sort((a, b) => a.sequence - b.sequence),
    analytics: counted !== undefined,
  };
}
