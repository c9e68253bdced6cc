import { Failure } from "../../failure/failure.ts";
import type { AnswerReading } from "../../order/order-answer.ts";
import { writeOrderMessage } from "../../order/order-message.ts";
import { type FieldPath, fieldPathText } from "../mapping/field-path.ts";
import type { ApiMapping, MessageMapping } from "../mapping/mapping.ts";
import { type IdForms, type WrittenOrder, writeMappedOrder } from "../mapping/write-order.ts";
import type { RaceOrder } from "../race/place-order.ts";

/** How an API takes an order, and says that it has. */
export interface HttpForm {
  readonly method: string;
  /** From the API's address on. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodyOf: (order: RaceOrder) => string;
  /** undefined: as our API answers. */
  readonly answers: AnswerReading | undefined;
  /** False where a request says nothing of what the order costs. */
  readonly tellsAmounts: boolean;
}

/** How an order stands in a topic. */
export type MessageForm = (order: RaceOrder) => { readonly key: string; readonly value: string };

/** As our API takes it. */
export const ourHttpForm: HttpForm = {
  ...{ method: "POST", path: "order", headers: {}, answers: undefined, tellsAmounts: true },
  bodyOf: ({ customerId, lines: [line], amount }) =>
    JSON.stringify({
      ...{ customer_id: customerId, product_id: line?.productId, quantity: line?.quantity, amount },
    }),
};

/**
 * @param idPath where an answer has the order's id; wins over the mapping's.
 * @param environment for `{{env.NAME}}` in headers.
 * @throws Failure("usage") where nobody could know which order was accepted.
 */
export function httpForm(
  api: ApiMapping | undefined,
  idPath: FieldPath | undefined,
  forms: IdForms,
  environment: Readonly<Record<string, string | undefined>>,
): HttpForm {
  const id = idPath ?? api?.id;
  if (api === undefined) return { ...ourHttpForm, answers: id && ownIdsAt(id, ["2xx"]) };
  if (id === undefined && api.paths.order_id === undefined) {
    throw new Failure("usage", {
      what: "the mapping says neither where the API's answer has the order's id nor where a request has it",
      meaning: "an order that was accepted could not be followed",
      remedy: "give api.id (or --id-path data.id), or api.order_id where the client chooses the id",
    });
  }
  return {
    ...{ method: api.method, path: api.path.replace(/^\/+/, "") },
    headers: Object.fromEntries(
      Object.entries(api.headers).map(([name, text]) => [
        name,
        withSecrets(name, text, environment),
      ]),
    ),
    bodyOf: (order) => writeMappedOrder(writtenOrder(order), api, forms),
    answers: ownIdsAt(id, api.accept),
    tellsAmounts: api.paths.amount !== undefined || api.paths.price !== undefined,
  };
}

function ownIdsAt(idPath: FieldPath | undefined, accept: readonly string[]): AnswerReading {
  const accepts = (status: number) =>
    accept.some((each) =>
      /^[1-5]xx$/i.test(each)
        ? Math.floor(status / 100) === Number(each[0])
        : status === Number(each),
    );
  return { accepts, idPath, ownIds: true, asWritten: true };
}

function withSecrets(
  header: string,
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  return text.replaceAll(/\{\{\s*env\.(\w+)\s*\}\}/g, (_, name: string) => {
    const value = environment[name];
    if (value !== undefined && /^[\t -~]*$/.test(value)) return value;
    throw new Failure("usage", {
      what: `the header ${header} needs the environment variable ${name}, which ${value === undefined ? "is not set" : "a header cannot carry"}`,
      remedy: `export ${name}=…, or take it out of api.headers`,
    });
  });
}

/** As our own consumers read it. */
export const ourMessageForm: MessageForm = (order) => ({
  key: order.customerId,
  value: writeOrderMessage(order, order.amount),
});

/** @throws Failure("usage") for messages that cannot be written. */
export function messageForm(mapping: MessageMapping | undefined, forms: IdForms): MessageForm {
  if (mapping === undefined) return ourMessageForm;
  const { envelope, key, only, paths } = mapping;
  if (envelope === "schema-registry") {
    throw cannotWrite("their frames name a schema, which only its registry has", "");
  }
  if (only !== undefined) {
    throw cannotWrite(
      `only those whose ${fieldPathText(only.path)} says so place orders, and the rest of them is not known`,
      "",
    );
  }
  if (paths.order_id === undefined) {
    throw cannotWrite(
      "the mapping does not say where a message has the order's id",
      "give message.order_id, or ",
    );
  }
  return (order) => ({
    key: key === "order_id" ? order.orderId : order.customerId,
    value: writeMappedOrder(writtenOrder(order), mapping, forms, envelope),
  });
}

function cannotWrite(why: string, remedy: string): Failure {
  return new Failure("usage", {
    what: `the race cannot write messages of this system: ${why}`,
    remedy: `${remedy}place the orders through its API: --target http`,
  });
}

function writtenOrder({ orderId, customerId, amount, lines: [line] }: RaceOrder): WrittenOrder {
  const { productId = "", quantity = 1 } = line ?? {};
  return { orderId, customerId, productId, quantity, amount, price: amount / quantity };
}
