import type { OrderTrace } from "../order-trace.ts";
import type { LoggedOrder } from "../row-origins.ts";
import type { LedgerTrace } from "./ledger-trace.ts";

/** The message that decided: the one that the rows name, else the first that can be read. */
export function decidingMessage({ messages, rows }: LedgerTrace): LoggedOrder | undefined {
  const [only] = messages;
  if (messages.length === 1 && only !== undefined) return isDeciding(only, rows) ? only : undefined;
  const legible = messages.filter(({ contents }) => contents !== undefined);
  const [first] = rows;
  if (first?.offset === undefined) return legible[0];
  return legible.find((each) => each.partition === first.partition && each.offset === first.offset);
}

function isDeciding(message: LoggedOrder, [row]: LedgerTrace["rows"]): boolean {
  if (message.contents === undefined) return false;
  if (row?.offset === undefined) return true;
  return message.partition === row.partition && message.offset === row.offset;
}

/**
 * The trace as the checks of single orders know it. Pure.
 * @returns undefined where neither a history nor the log says what was ordered.
 */
export function orderTraceOf(trace: LedgerTrace): OrderTrace | undefined {
  const { orderId, sent, rows } = trace;
  const deadLetters =
    trace.deadLetters.length === 0
      ? trace.deadLetters
      : trace.deadLetters.filter(({ replayed }) => !replayed);
  if (sent !== undefined) return { sent, rows, deadLetters };
  const contents = (decidingMessage(trace) ?? trace.messages[0])?.contents;
  if (orderId === undefined || contents === undefined) return undefined;
  // No check of what was ordered asks for whom.
  const { customerId = "", lines } = contents;
  return { sent: { orderId, customerId, lines, state: "acked" }, rows, deadLetters };
}
