import type { envelopes, OrderColumn, OrderField, OrderMeaning, StockColumn } from "./mapping.ts";

/** One key of a mapping's file. */
export interface MappingKey {
  readonly kind: /** A column, or false for none. */
    | "column"
    | "text"
    /** Field names from the outside in. */
    | "path"
    /** One value or several. */
    | "values"
    /** Names of one's own, each with a text. */
    | "texts"
    | readonly string[];
  /** What it is, for people. */
  readonly summary: string;
}

type Keys<Name extends string> = Readonly<Record<Name, MappingKey>>;

const column = (summary: string): MappingKey => ({ kind: "column", summary });
const path = (summary: string): MappingKey => ({ kind: "path", summary });
const values = (summary: string): MappingKey => ({ kind: "values", summary });
const text = (summary: string): MappingKey => ({ kind: "text", summary });
const money: MappingKey = { kind: ["units", "cents"], summary: "12.50 or 1250" };

const source = {
  table: text("table or view, as NAME or SCHEMA.NAME"),
  query: text("a SELECT in its place, that gives the columns"),
};

const ordersSection: Keys<"table" | "query" | "money" | OrderColumn> = {
  ...source,
  order_id: column("the order's id; a uuid, a number or a text"),
  line_no: column("number of a line, from 1, where an order has several rows"),
  customer_id: column("who ordered"),
  product_id: column("what was ordered"),
  quantity: column("pieces"),
  amount: column("the line's price in all"),
  status: column("what became of it"),
  rejection_reason: column("why it was refused"),
  created_at: column("when the row was written"),
  source_partition: column("partition of the message it was decided from"),
  source_offset: column("offset of that message"),
  money,
};

const statusSection: Keys<OrderMeaning> = {
  reserved: values("its pieces are held for it"),
  rejected: values("it was refused, and holds nothing"),
  released: values("it held its pieces and gave them back"),
  shipped: values("it held its pieces until they left with it"),
  cancelled: values("it was given up before it was decided, and never held anything"),
  undecided: values("nothing has been decided yet"),
};

const stockSection: Keys<"table" | "query" | "money" | StockColumn> = {
  ...source,
  product_id: column("the product's id"),
  available_quantity: column("pieces that can still be ordered"),
  reserved_quantity: column("pieces that are held for orders"),
  total_quantity: column("available and reserved together"),
  unit_price: column("price of one piece"),
  money,
};

const fields: Keys<OrderField | "money"> = {
  order_id: path("the order's id"),
  customer_id: path("who orders"),
  items: path("the lines, where an order can have several"),
  product_id: path("what is ordered; in each of the items, where there are items"),
  quantity: path("pieces; in each of the items, too"),
  price: path("price of one piece; in each of the items, too"),
  amount: path("the order's price in all"),
  money,
};

const envelope: typeof envelopes = ["none", "debezium", "cloudevents", "schema-registry"];

/** All that a mapping's file can say, by section; every name in it is one of the rest of the audit. */
export const mappingKeys = {
  orders: ordersSection,
  "orders.status_values": statusSection,
  stock: stockSection,
  message: {
    envelope: { kind: envelope, summary: "what is around the order" },
    ...fields,
    only_field: path("the field, outside of the envelope, that tells placed orders from others"),
    only_values: values("its values that mean a placed order"),
    key: { kind: ["customer_id", "order_id"], summary: "what a message's key is" },
  },
  api: {
    method: text("POST unless given"),
    path: text("where an order is placed, from --api-url on"),
    headers: { kind: "texts", summary: "{{env.NAME}} stands for a variable's value" },
    id: path("where an answer has the order's id"),
    accept: values("statuses that mean accepted: 201, or 2xx"),
    ...fields,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, MappingKey>>>>;

export type MappingSection = keyof typeof mappingKeys;
