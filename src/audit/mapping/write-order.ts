import type { FieldPath } from "./field-path.ts";
import { putAt } from "./field-path.ts";
import type { Envelope, OrderFields } from "./mapping.ts";

/** An order of one line, as an audit places it. */
export interface WrittenOrder {
  readonly orderId: string;
  readonly customerId: string;
  readonly productId: string;
  readonly quantity: number;
  /** In currency units. */
  readonly amount: number;
  /** Of one piece. */
  readonly price: number;
}

/** Which ids are numbers in JSON, as the tables have them. */
export interface IdForms {
  readonly orderId: "text" | "number";
  readonly customerId: "text" | "number";
  readonly productId: "text" | "number";
}

/** Pure: an order's document in the form that a mapping says, as JSON text. */
export function writeMappedOrder(
  order: WrittenOrder,
  { paths, money }: OrderFields,
  forms: IdForms,
  envelope: Exclude<Envelope, "schema-registry"> = "none",
): string {
  const minor = (amount: number) => (money === "cents" ? Math.round(amount * 100) : amount);
  const lineFields: readonly Field[] = [
    [paths.product_id, idIn(order.productId, forms.productId)],
    [paths.quantity, order.quantity],
    [paths.price, minor(order.price)],
  ];
  const orderFields: readonly Field[] = [
    [paths.order_id, idIn(order.orderId, forms.orderId)],
    [paths.customer_id, idIn(order.customerId, forms.customerId)],
    [paths.amount, minor(order.amount)],
  ];
  const document = {};
  putAll(document, orderFields);
  if (paths.items === undefined) putAll(document, lineFields);
  else {
    const item = {};
    putAll(item, lineFields);
    putAt(document, paths.items, [item]);
  }
  return JSON.stringify(enveloped(document, order, envelope));
}

type Field = readonly [path: FieldPath | undefined, value: unknown];

function putAll(document: object, fields: readonly Field[]): void {
  for (const [path, value] of fields) {
    if (path !== undefined && path.length > 0) putAt(document, path, value);
  }
}

/** A number that JavaScript cannot hold stays text: better refused than another order's. */
function idIn(id: string, form: "text" | "number"): string | number {
  const number = Number(id);
  return form === "number" && Number.isSafeInteger(number) ? number : id;
}

function enveloped(document: object, { orderId }: WrittenOrder, envelope: Envelope): object {
  if (envelope === "debezium") return { payload: { before: null, after: document, op: "c" } };
  if (envelope !== "cloudevents") return document;
  return {
    ...{ specversion: "1.0", id: orderId, source: "orders-audit-race" },
    ...{ type: "order.placed", datacontenttype: "application/json", data: document },
  };
}
