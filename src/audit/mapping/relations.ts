import type { OrderColumn, StockColumn } from "./mapping.ts";

/** Columns of a mapped system by canonical name, as SQL expressions over `t`. */
export interface MappedRelation<Column extends string> {
  /**
   * FROM item without its alias: a subquery with all canonical columns, NULL where there is none.
   * PostgreSQL pulls it up into the statement around it, so that indexes serve it.
   */
  readonly from: string;
  /** The table itself, quoted; undefined where it is a query, or in another database. */
  readonly table: string | undefined;
  /** Quoted column names in the table (or query), as far as they are there. */
  readonly names: Readonly<Partial<Record<Column, string>>>;
  /** The same columns with their types. */
  readonly types: Readonly<Partial<Record<Column, string>>>;
}

/**
 * Where the orders and the stock of a foreign system are. Besides the canonical columns `orders` has
 * `names_message` (the row was decided: what it is by now was preceded by that) and `written_by` (the
 * transaction id, where it is a table); `inventory` has `product_key`, the id in its own type.
 * Customer, product and status are text there, in this project's words.
 */
export interface MappedRelations {
  readonly orders: MappedRelation<OrderColumn>;
  readonly inventory: MappedRelation<StockColumn>;
  /** Whether rows say which transaction wrote them. */
  readonly writersKept: boolean;
}
