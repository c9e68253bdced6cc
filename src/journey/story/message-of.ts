import type { LogMessage } from "../../ports/log.ts";
import type { MessageEvidence, OrderedLine } from "./evidence.ts";

/** Whether a message may be of this order: its id stands in it, in whatever case and place. Pure. */
export function mentions({ value }: LogMessage, needles: readonly Buffer[]): boolean {
  return value !== null && needles.some((needle) => value.includes(needle));
}

/** The bytes to look for. */
export function needlesFor(orderId: string): readonly Buffer[] {
  const spellings = new Set([orderId, orderId.toLowerCase(), orderId.toUpperCase()]);
  return [...spellings].map((spelling) => Buffer.from(spelling));
}

/** What a message of any producer says, as far as it is JSON with the usual fields. Pure. */
export function messageEvidence(topic: string, message: LogMessage): MessageEvidence {
  const { partition, offset, timestampMs, value } = message;
  const at = { topic, partition, offset, timestampMs };
  const body = jsonIn(value);
  if (body === undefined) return { ...at, contents: undefined, orderId: undefined };
  const { order_id: orderId, customer_id: customerId } = body;
  const lines = Array.isArray(body.items) ? body.items.flatMap(lineIn) : lineIn(body);
  return {
    ...at,
    contents: typeof customerId === "string" ? { customerId, lines } : undefined,
    orderId:
      typeof orderId === "string" || typeof orderId === "number" ? String(orderId) : undefined,
  };
}

/** Whether a message is of this order, as far as it says. */
export function isOf(message: MessageEvidence, orderId: string): boolean {
  return message.orderId?.toLowerCase() === orderId.toLowerCase();
}

function jsonIn(value: Buffer | null): Readonly<Record<string, unknown>> | undefined {
  if (value === null) return undefined;
  try {
    const body: unknown = JSON.parse(value.toString("utf8"));
    return typeof body === "object" && body !== null ? { ...body } : undefined;
  } catch {
    return undefined;
  }
}

function lineIn(line: unknown): readonly OrderedLine[] {
  if (typeof line !== "object" || line === null) return [];
  const { product_id: productId, quantity } = line as Readonly<Record<string, unknown>>;
  return typeof productId === "string" && typeof quantity === "number"
    ? [{ productId, quantity }]
    : [];
}
