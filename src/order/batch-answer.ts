import { answerOf, type OrderAnswer } from "./order-answer.ts";

/**
 * What an HTTP answer says about each order of a batch that was posted to our API. What is not said
 * order by order holds for all of them, by the table of order-answer.ts.
 *
 * | answer | state of an order | why |
 * | --- | --- | --- |
 * | 2xx with as many `order_ids` | acked, under the id at its place | |
 * | 2xx without them | unknown | accepted, perhaps; not said as which orders |
 * | 4xx, 5xx, in its list `acked` | acked | Kafka has it, though not all of the batch |
 * | 4xx, 5xx, in `unsent` or `refused` | failed | never handed to Kafka, or refused by it for certain |
 * | 4xx, 5xx, in `unknown`, or in no list beside others | unknown | |
 *
 * @param expectedOrderIds in the order in which they were sent, in lower case.
 */
export function batchAnswersOf(
  status: number,
  body: string,
  expectedOrderIds: readonly string[],
): readonly OrderAnswer[] {
  const said = String(status);
  const json = parsed(body);
  if (status >= 200 && status <= 299) {
    const ids = texts(json.order_ids);
    if (ids?.length !== expectedOrderIds.length)
      return expectedOrderIds.map(() => ({ state: "unknown", said: `${said} without order_ids` }));
    return expectedOrderIds.map((expected, index) => {
      const id = ids[index]?.toLowerCase() ?? "";
      return { state: "acked", said, ...(id === expected ? {} : { otherId: id }) };
    });
  }
  const listed = new Map<string, keyof typeof stateOf>();
  for (const list of lists) for (const id of texts(json[list]) ?? []) listed.set(id, list);
  if (listed.size === 0) {
    const one = answerOf(status, body, "");
    return expectedOrderIds.map(() => one);
  }
  return expectedOrderIds.map((expected) => {
    const list = listed.get(expected) ?? "unknown";
    return { state: stateOf[list], said: `${said} ${list}` };
  });
}

const stateOf = {
  acked: "acked",
  unknown: "unknown",
  unsent: "failed",
  refused: "failed",
} as const;
const lists = Object.keys(stateOf) as (keyof typeof stateOf)[];

function parsed(body: string): { readonly [field: string]: unknown; readonly order_ids?: unknown } {
  try {
    return (JSON.parse(body) as Readonly<Record<string, unknown>> | null) ?? {};
  } catch {
    return {};
  }
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((each) => typeof each === "string")
    ? value
    : undefined;
}
