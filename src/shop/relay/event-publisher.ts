import type { MessageSender, OutgoingMessage } from "../../ports/log.ts";
import { outcomesOf, SendFailed, type SendOutcome } from "../../ports/produce-outcome.ts";
import { eventMessage, orderMessage } from "./event-messages.ts";
import type { OpenEvent } from "./sql/open-events.ts";

/** As a message sender, of events; what an event becomes is its own matter. */
export interface EventPublisher {
  /**
   * Resolves when all in-sync replicas have acknowledged every message of every event.
   * @throws SendFailed with what is known of each event.
   */
  send(events: readonly OpenEvent[]): Promise<void>;
  readonly connected: boolean;
  connect(): Promise<void>;
  close(): Promise<void>;
}

interface Published {
  readonly outcomes: readonly SendOutcome[];
  readonly error?: unknown;
}

/**
 * @param orders where the orders of created ones are placed; undefined: nowhere. Both are sent at
 * once: the reservation knows an order by its id however often it comes, and needs nothing of the event.
 */
export function createEventPublisher(
  events: MessageSender,
  orders: MessageSender | undefined,
): EventPublisher {
  if (orders === undefined)
    return {
      send: (open) => events.send(open.map(eventMessage)),
      get connected() {
        return events.connected;
      },
      connect: () => events.connect(),
      close: () => events.close(),
    };
  const senders = [events, orders];
  return {
    async send(open) {
      const [told, placed] = await Promise.all([
        attempt(events, open.map(eventMessage)),
        attempt(orders, open.map(orderMessage)),
      ]);
      if (told.error === undefined && placed.error === undefined) return;
      const cause = told.error ?? placed.error;
      const outcomes = told.outcomes.map((outcome, n) =>
        bothOf(outcome, placed.outcomes[n] ?? "unknown"),
      );
      throw new SendFailed(cause instanceof Error ? cause.message : String(cause), outcomes, cause);
    },
    get connected() {
      return senders.every(({ connected }) => connected);
    },
    async connect() {
      for (const sender of senders) if (!sender.connected) await sender.connect();
    },
    async close() {
      await Promise.all(senders.map((sender) => sender.close()));
    },
  };
}

/** @returns outcomes[i] of messages[i]; where there is no message, nothing is left to be done. */
async function attempt(
  sender: MessageSender,
  given: readonly (OutgoingMessage | undefined)[],
): Promise<Published> {
  const messages = given.filter((message) => message !== undefined);
  try {
    if (messages.length > 0) await sender.send(messages);
    return { outcomes: given.map(() => "acked") };
  } catch (error) {
    const sent = outcomesOf(error, messages.length).values();
    const outcomes = given.map((message) =>
      message === undefined ? "acked" : (sent.next().value ?? "unknown"),
    );
    return { outcomes, error };
  }
}

/** Of the two messages of an event: refused for what it is when one of them is, done when both are. */
function bothOf(...outcomes: readonly SendOutcome[]): SendOutcome {
  return (
    outcomes.find((outcome) => typeof outcome === "object" && outcome.perMessage) ??
    outcomes.find((outcome) => outcome !== "acked") ??
    "acked"
  );
}
