import { isOrderText } from "./order.ts";
import { isUuid } from "./order-id.ts";
import { parseExactJson } from "./parse-exact-json.ts";

/**
 * What an HTTP answer says about the order that was posted, for the load, the audit and the journey
 * alike. Which statuses mean accepted, and where the id is, is said by an `AnswerReading`; without
 * one, by our API's: any 2xx, `order_id`.
 *
 * | answer | state | why |
 * | --- | --- | --- |
 * | accepted, with the order's id | acked | |
 * | accepted, with another id | acked, under that id | the system chooses ids itself: there it can be followed |
 * | accepted, without an id | unknown | accepted, perhaps; not said as which order |
 * | accepted, where no id is looked for | acked | the status is all there is |
 * | 2xx that does not mean accepted | unknown | something was done, not what was asked for |
 * | 1xx, 3xx | unknown | something else was done than the protocol says |
 * | 4xx | failed | refused before anything was handed over |
 * | 502 that says `kafka_refused` | failed | Kafka refused it for certain |
 * | 503 | failed | by protocol: nothing of the order is in the log |
 * | other 5xx | unknown | it broke somewhere between reading and acknowledging |
 */
export interface OrderAnswer {
  readonly state: "acked" | "failed" | "unknown";
  /** The status code, and that an id was missing where that is why. For people, and for counting. */
  readonly said: string;
  /** The id that the system gave the order, where it is another than ours. */
  readonly otherId?: string;
}

/** How a system says that it has accepted an order. */
export interface AnswerReading {
  readonly accepts: (status: number) => boolean;
  /** The fields that lead to the id in the JSON of an answer, from the outside in; undefined: none is looked for. */
  readonly idPath: readonly string[] | undefined;
  /** The system gives ids of its own, of whatever form, as text or as a number. */
  readonly ownIds?: true;
  /** Ids are as the system writes them, to the last digit and in its letters, for its own tables. */
  readonly asWritten?: true;
}

const is2xx = (status: number) => status >= 200 && status <= 299;

export const apiAnswers: AnswerReading = { accepts: is2xx, idPath: ["order_id"] };
export const shopAnswers: AnswerReading = { accepts: is2xx, idPath: ["orderId"] };

/** @param expectedOrderId the id that follows from the Idempotency-Key, in lower case. */
export function answerOf(
  status: number,
  body: string,
  expectedOrderId: string,
  reading: AnswerReading = apiAnswers,
): OrderAnswer {
  const said = String(status);
  if (reading.accepts(status)) return accepted(said, body, expectedOrderId, reading);
  const refused =
    (status >= 400 && status <= 499) ||
    status === 503 ||
    (status === 502 && fieldAt(body, ["error"]) === "kafka_refused");
  return { state: refused ? "failed" : "unknown", said };
}

function accepted(
  said: string,
  body: string,
  expectedOrderId: string,
  { idPath, ownIds, asWritten }: AnswerReading,
): OrderAnswer {
  if (idPath === undefined) return { state: "acked", said };
  const orderId =
    asWritten === true
      ? writtenIdIn(fieldAt(body, idPath, parseExactJson))
      : idIn(fieldAt(body, idPath), ownIds === true);
  if (orderId === undefined)
    return { state: "unknown", said: `${said} without ${named(idPath.join("."))}` };
  return { state: "acked", said, ...(orderId === expectedOrderId ? {} : { otherId: orderId }) };
}

/** UUIDs in lower case, as ours are; other ids as they are. A number above 2^53 has lost digits: it names no order. */
function idIn(value: unknown, numbers: boolean): string | undefined {
  if (numbers && Number.isSafeInteger(value)) return String(value);
  if (!isOrderText(value)) return undefined;
  return isUuid(value) ? value.toLowerCase() : value;
}

function writtenIdIn(value: unknown): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  return isOrderText(value) ? value : undefined;
}

function named(field: string): string {
  return `${/^[aeiou]/i.test(field) ? "an" : "a"} ${field}`;
}

function fieldAt(
  body: string,
  path: readonly string[],
  parse: (text: string) => unknown = JSON.parse,
): unknown {
  try {
    let value = parse(body);
    for (const name of path) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, name))
        return undefined;
      value = (value as Readonly<Record<string, unknown>>)[name];
    }
    return value;
  } catch {
    return undefined;
  }
}
