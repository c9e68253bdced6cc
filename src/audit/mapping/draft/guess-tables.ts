import { type CatalogueRelation, relationText } from "../catalogue.ts";
import type { OrderColumn, StockColumn } from "../mapping.ts";
import { assign, type Candidate, type Guess, likenessOf } from "./likeness.ts";

/** A relation with its columns, as a draft looks at it. */
export interface DraftRelation extends CatalogueRelation {
  readonly columns: readonly DraftColumn[];
  /** As the server estimates them; undefined: it has not looked yet. */
  readonly rows: number | undefined;
}

export interface DraftColumn {
  readonly name: string;
  readonly type: string;
  /** Alone the primary key. */
  readonly isKey: boolean;
}

export interface TableGuess<Column extends string> {
  readonly relation: DraftRelation;
  readonly score: number;
  readonly columns: Readonly<Record<Column, Guess<string>>>;
}

type Kind = "id" | "number" | "text" | "time" | "whole";

interface Wanted {
  readonly names: readonly string[];
  readonly kind: Kind;
}

const orderWanted: Readonly<Record<OrderColumn, Wanted>> = {
  order_id: {
    names: ["order_id", "order_no", "order_number", "order_uuid", "id", "uuid", "number", "nr"],
    kind: "id",
  },
  line_no: { names: ["line_no", "line", "line_number", "position", "item_no"], kind: "whole" },
  customer_id: {
    names: [
      "customer_id",
      "customer",
      "customer_no",
      "client",
      "buyer",
      "account",
      "user",
      "kunde",
      "consumer",
    ],
    kind: "id",
  },
  product_id: {
    names: ["product_id", "product", "sku", "article", "item", "variant", "artikel", "good"],
    kind: "id",
  },
  quantity: {
    names: ["quantity", "qty", "pieces", "units", "ordered", "menge", "count", "number"],
    kind: "number",
  },
  amount: {
    names: [
      "amount",
      "total",
      "total_cents",
      "amount_cents",
      "cents",
      "price",
      "sum",
      "value",
      "total_price",
      "betrag",
    ],
    kind: "number",
  },
  status: { names: ["status", "state", "outcome", "result", "phase", "decision"], kind: "text" },
  rejection_reason: {
    names: ["rejection_reason", "reason", "rejection", "refusal", "error", "failure", "note"],
    kind: "text",
  },
  created_at: {
    names: ["created_at", "created", "inserted", "written", "decided_at", "ts", "time"],
    kind: "time",
  },
  source_partition: {
    names: ["source_partition", "kafka_partition", "partition"],
    kind: "whole",
  },
  source_offset: { names: ["source_offset", "kafka_offset", "offset"], kind: "whole" },
};

const stockWanted: Readonly<Record<StockColumn, Wanted>> = {
  product_id: {
    names: ["product_id", "product", "sku", "article", "item", "variant", "id", "artikel"],
    kind: "id",
  },
  available_quantity: {
    names: ["available_quantity", "available", "free", "in_stock", "stock", "quantity", "qty"],
    kind: "number",
  },
  reserved_quantity: {
    names: ["reserved_quantity", "reserved", "held", "allocated", "committed", "blocked"],
    kind: "number",
  },
  total_quantity: {
    names: ["total_quantity", "total", "on_hand", "physical", "all"],
    kind: "number",
  },
  unit_price: { names: ["unit_price", "price", "cents", "list_price", "cost"], kind: "number" },
};

const orderTables = ["orders", "order", "customer_orders", "order_lines", "reservations", "sales"];
const stockTables = ["inventory", "stock", "stock_levels", "products", "articles", "warehouse"];
const demanded = {
  orders: ["order_id", "product_id", "quantity", "status"],
  stock: ["product_id", "available_quantity"],
} as const;

/** Pure. The relations that may be the orders', the likeliest first. */
export function guessOrders(
  relations: readonly DraftRelation[],
): readonly TableGuess<OrderColumn>[] {
  return guesses(relations, orderWanted, orderTables, demanded.orders);
}

/** Pure. The same for the stock. */
export function guessStock(
  relations: readonly DraftRelation[],
): readonly TableGuess<StockColumn>[] {
  return guesses(relations, stockWanted, stockTables, demanded.stock);
}

function guesses<Column extends string>(
  relations: readonly DraftRelation[],
  wanted: Readonly<Record<Column, Wanted>>,
  tables: readonly string[],
  needed: readonly NoInfer<Column>[],
): readonly TableGuess<Column>[] {
  return relations
    .map((relation) => guessOf(relation, wanted, tables, needed))
    .filter(({ score }) => score > 0)
    .sort(
      (a, b) => b.score - a.score || (relationText(a.relation) < relationText(b.relation) ? -1 : 1),
    );
}

function guessOf<Column extends string>(
  relation: DraftRelation,
  wanted: Readonly<Record<Column, Wanted>>,
  tables: readonly string[],
  needed: readonly NoInfer<Column>[],
): TableGuess<Column> {
  const names = Object.keys(wanted) as Column[];
  const scores = Object.fromEntries(
    names.map((name) => [name, relation.columns.flatMap((column) => scored(column, wanted[name]))]),
  ) as unknown as Record<Column, readonly Candidate<string>[]>;
  const columns = assign(scores);
  const found = needed.filter((name) => columns[name].best !== undefined);
  const fit = names.reduce((sum, name) => sum + (columns[name].best?.score ?? 0), 0) / names.length;
  // A name alone is not enough, and neither is one column that any table has.
  const isLike = found.length >= needed.length - 1;
  const named = likenessOf(relation.name, tables);
  return { relation, columns, score: isLike ? found.length * 50 + named + fit : 0 };
}

function scored({ name, type, isKey }: DraftColumn, { names, kind }: Wanted): Candidate<string>[] {
  const score = likenessOf(name, names);
  if (score === 0 || !fits(type, kind)) return [];
  return [{ name, score: Math.min(100, score + (isKey && kind === "id" ? 8 : 0)) }];
}

const kinds: Readonly<Record<Kind, RegExp>> = {
  id: /^(uuid|smallint|integer|bigint|numeric|text|character varying|character|name|citext)$/,
  number: /^(smallint|integer|bigint|numeric|real|double precision)$/,
  whole: /^(smallint|integer|bigint|numeric)$/,
  // An enum has a name of its own: whatever is no number, time or document may be one.
  text: /^(?!uuid|bigint|numeric|real|double|time|date|json|bytea|interval|.*\[\]$)/,
  time: /^(timestamp|date|bigint)/,
};

function fits(type: string, kind: Kind): boolean {
  return kinds[kind].test(type);
}
