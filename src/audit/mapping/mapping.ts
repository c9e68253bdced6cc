import type { FieldPath } from "./field-path.ts";

/**
 * What a system that was not written with this project calls the things that an audit looks at. A
 * part that is undefined is as this project has it.
 */
export interface Mapping {
  readonly orders: OrdersMapping | undefined;
  readonly stock: StockMapping | undefined;
  readonly message: MessageMapping | undefined;
  readonly api: ApiMapping | undefined;
}

/** Where rows are read: a table (or view) by its name, or whatever a SELECT gives. */
export type RowSource =
  | { readonly table: string; readonly query?: undefined }
  | { readonly query: string; readonly table?: undefined };

/** Amounts as they are kept: 12.50, or 1250. */
export type MoneyUnit = "units" | "cents";

/** Column by canonical name; false: there is none, even where one has that name; left out: named alike. */
export type ColumnNames<Name extends string> = Readonly<Partial<Record<Name, string | false>>>;

export const orderColumns = [
  "order_id",
  "line_no",
  "customer_id",
  "product_id",
  "quantity",
  "amount",
  "status",
  "rejection_reason",
  "created_at",
  "source_partition",
  "source_offset",
] as const;
export type OrderColumn = (typeof orderColumns)[number];

export const stockColumns = [
  "product_id",
  "available_quantity",
  "reserved_quantity",
  "total_quantity",
  "unit_price",
] as const;
export type StockColumn = (typeof stockColumns)[number];

/** What a status can mean. */
export const orderMeanings = [
  /** Its pieces are held for it. */
  "reserved",
  /** It was refused, and holds nothing. */
  "rejected",
  /** It held its pieces and gave them back. */
  "released",
  /** It held its pieces until they left with it. */
  "shipped",
  /** It was given up before anybody decided it, and never held anything. */
  "cancelled",
  /** Nothing has been decided yet. */
  "undecided",
] as const;
export type OrderMeaning = (typeof orderMeanings)[number];

/** The values that stand for each meaning, as text. */
export type StatusValues = Readonly<Record<OrderMeaning, readonly string[]>>;

export interface OrdersMapping {
  readonly source: RowSource;
  readonly columns: ColumnNames<OrderColumn>;
  /** undefined: statuses are reserved, rejected and so on, in these words. */
  readonly status: StatusValues | undefined;
  readonly money: MoneyUnit;
}

export interface StockMapping {
  readonly source: RowSource;
  readonly columns: ColumnNames<StockColumn>;
  readonly money: MoneyUnit;
}

export const envelopes = ["none", "debezium", "cloudevents", "schema-registry"] as const;
export type Envelope = (typeof envelopes)[number];

/** The fields of an order, in a message or in a request. */
export const orderFields = [
  "order_id",
  "customer_id",
  "product_id",
  "quantity",
  "amount",
  "price",
  "items",
] as const;
export type OrderField = (typeof orderFields)[number];

export interface OrderFields {
  /** From the order's own document; of an order of several lines, `product_id`, `quantity` and `price` from the item. */
  readonly paths: Readonly<Partial<Record<OrderField, FieldPath>>>;
  readonly money: MoneyUnit;
}

export interface MessageMapping extends OrderFields {
  readonly envelope: Envelope;
  /** Which of the topic's messages place orders; undefined: all of them. Read outside of the envelope's data. */
  readonly only: { readonly path: FieldPath; readonly values: readonly string[] } | undefined;
  /** What a message's key is. */
  readonly key: "customer_id" | "order_id";
}

export interface ApiMapping extends OrderFields {
  readonly method: string;
  /** From the API's address on. */
  readonly path: string;
  /** `{{env.NAME}}` in a value stands for a variable's. */
  readonly headers: Readonly<Record<string, string>>;
  /** Where an answer has the order's id; undefined: it has none. */
  readonly id: FieldPath | undefined;
  /** HTTP statuses that mean accepted, "201" or "2xx". */
  readonly accept: readonly string[];
}
