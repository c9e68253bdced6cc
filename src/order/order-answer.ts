/**
 * What an HTTP answer says about the order that was posted, for the load, the audit and the journey
 * alike:
 *
 * | answer | state | why |
 * | --- | --- | --- |
 * | 2xx with the order's id | acked | |
 * | 2xx with another id | acked, under that id | the system chooses ids itself: there it can be followed |
 * | 2xx without an id | unknown | accepted, perhaps; not said as which order |
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

/**
 * @param expectedOrderId the id that follows from the Idempotency-Key, in lower case.
 * @param idField which field of the answer names it: the API's, or the shop's.
 */
export function answerOf(
  status: number,
  body: string,
  expectedOrderId: string,
  idField: "order_id" | "orderId" = "order_id",
): OrderAnswer {
  const said = String(status);
  if (status >= 200 && status <= 299) {
    const orderId = textIn(body, idField)?.toLowerCase();
    if (orderId === undefined || orderId === "")
      return { state: "unknown", said: `${said} without an ${idField}` };
    return { state: "acked", said, ...(orderId === expectedOrderId ? {} : { otherId: orderId }) };
  }
  const refused =
    (status >= 400 && status <= 499) ||
    status === 503 ||
    (status === 502 && textIn(body, "error") === "kafka_refused");
  return { state: refused ? "failed" : "unknown", said };
}

function textIn(body: string, field: string): string | undefined {
  try {
    const value = (JSON.parse(body) as Readonly<Record<string, unknown>> | null)?.[field];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
