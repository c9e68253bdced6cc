import type { AuditedSchema } from "../../audited-schema.ts";
import type { ProductEvidence } from "../../database-evidence.ts";
import { counted } from "../../finding.ts";
import type { Mapping, OrderColumn, StockColumn } from "../mapping.ts";
import type { MappedRelations } from "../relations.ts";
import { type MappingFinding, missing, ok, wrong } from "./mapping-finding.ts";

/** What was found in the database. */
export interface TableEvidence {
  readonly schema: AuditedSchema & { readonly mapped: MappedRelations };
  /** Order rows by status, as the mapping says it: our words, or the value itself. */
  readonly statuses: readonly { readonly status: string; readonly rows: number }[];
  readonly products: readonly ProductEvidence[];
  /** undefined: of a query nobody knows. */
  readonly idIndexed: boolean | undefined;
  /** Whether the role may lock a row of the stock. */
  readonly mayLock: boolean;
}

const withoutColumn: Readonly<Partial<Record<OrderColumn, string>>> = {
  line_no: "orders of several lines cannot be told from repeated ones",
  customer_id: "whether a row is of the customer who ordered is not checked",
  amount: "amounts are not checked",
  rejection_reason: "why an order was refused is not shown",
  source_offset:
    "rows are matched with messages by order id alone; decisions in order are not checked",
};

const withoutStock: Readonly<Partial<Record<StockColumn, string>>> = {
  reserved_quantity: "reserved pieces and orders are not held against each other",
  total_quantity:
    "available + reserved = total is not checked, and other changes of stock go unseen",
  unit_price: "the race does not know what an order costs",
};

/** Pure. */
export function judgeTables(
  { schema, statuses, products, idIndexed, mayLock }: TableEvidence,
  mapping: Mapping,
): readonly MappingFinding[] {
  const { orders, inventory } = schema.mapped;
  const rows = statuses.reduce((sum, status) => sum + status.rows, 0);
  return [
    ok(
      "orders",
      `${orders.table ?? "the query"}: ${counted(rows, "row")}; ${namesText(orders.names)}`,
    ),
    ...absent("orders", orders.names, withoutColumn),
    idFinding(schema, idIndexed),
    statusFinding(statuses, rows, mapping),
    ok(
      "stock",
      `${inventory.table ?? "the query"}: ${counted(stocked(products).length, "product")}; ${namesText(inventory.names)}`,
    ),
    ...absent("stock", inventory.names, withoutStock),
    ...stockFindings(products, schema.mapped),
    holdFinding(inventory.table !== undefined, mayLock),
  ];
}

function namesText(names: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(names)
    .map(([canonical, name]) => `${canonical} = ${name}`)
    .join(", ");
}

function absent<Column extends string>(
  section: string,
  names: Readonly<Partial<Record<Column, string>>>,
  effects: Readonly<Partial<Record<Column, string>>>,
): readonly MappingFinding[] {
  return (Object.entries(effects) as [Column, string][])
    .filter(([column]) => names[column] === undefined)
    .map(([column, effect]) => missing(`${section}.${column}`, `there is none: ${effect}`));
}

function idFinding({ orderIdType }: AuditedSchema, indexed: boolean | undefined): MappingFinding {
  if (indexed !== false) return ok("orders.order_id", `${orderIdType}, compared in its own type`);
  return missing(
    "orders.order_id",
    "no index begins with it, so that each question about some orders reads the whole table",
  );
}

const outcomes = new Set(["reserved", "rejected", "released", "shipped"]);

function statusFinding(
  statuses: TableEvidence["statuses"],
  rows: number,
  { orders }: Mapping,
): MappingFinding {
  const about = "orders.status_values";
  if (rows === 0)
    return missing(about, "there are no rows yet, so what statuses there are is not known");
  const open = new Set(orders?.status?.undecided);
  const decided = statuses.filter(({ status }) => outcomes.has(status));
  const unnamed = statuses.filter(({ status }) => !outcomes.has(status) && !open.has(status));
  const list = (some: TableEvidence["statuses"]) =>
    some.map(({ status, rows: count }) => `${status} (${count})`).join(", ");
  if (decided.length === 0) {
    return wrong(about, `no row has a status that means an outcome; found ${list(statuses)}`);
  }
  if (unnamed.length > 0) {
    return missing(
      about,
      `these mean nothing yet, so such orders count as undecided: ${list(unnamed)}`,
      true,
    );
  }
  return ok(about, list(statuses));
}

function stockFindings(
  products: readonly ProductEvidence[],
  { inventory }: MappedRelations,
): readonly MappingFinding[] {
  const all = stocked(products);
  if (all.length === 0) return [wrong("stock", "there is not one product")];
  const ordered = products.filter((each) => each.reservedByOrders > 0);
  const strangers =
    ordered.length > 0 && ordered.every(({ stock }) => stock === undefined)
      ? [
          wrong(
            "stock.product_id",
            `no order is of a product that is stocked: ${examples(ordered)}`,
          ),
        ]
      : [];
  return [
    ...strangers,
    ...law(
      "available + reserved = total",
      all.filter(({ stock }) => stock?.reserved !== undefined && stock.total !== undefined),
      ({ stock }) => (stock?.available ?? 0) + (stock?.reserved ?? 0) === stock?.total,
    ),
    ...(inventory.names.reserved_quantity === undefined
      ? []
      : law(
          "reserved = its reserved orders",
          all,
          ({ stock, reservedByOrders }) => stock?.reserved === reservedByOrders,
        )),
  ];
}

function stocked(products: readonly ProductEvidence[]): readonly ProductEvidence[] {
  return products.filter(({ stock }) => stock !== undefined);
}

/** Where a law holds of no product the mapping is wrong; where it fails for some, the system may be. */
function law(
  name: string,
  products: readonly ProductEvidence[],
  holds: (product: ProductEvidence) => boolean,
): readonly MappingFinding[] {
  if (products.length === 0) return [];
  const broken = products.filter((product) => !holds(product));
  if (broken.length === 0) return [ok(name, `of ${counted(products.length, "product")}`)];
  const said = `not of ${broken.length} of ${counted(products.length, "product")}: ${examples(broken)}`;
  return broken.length * 2 > products.length
    ? [wrong(name, `${said}; the columns may be others, or the system is at fault`)]
    : [missing(name, `${said}; the audits will say that the system is at fault`)];
}

function examples(products: readonly ProductEvidence[]): string {
  const few = products
    .slice(0, 3)
    .map(({ productId, stock, reservedByOrders }) =>
      stock === undefined
        ? productId
        : `${productId} (available ${stock.available}, reserved ${stock.reserved ?? "?"}, total ${stock.total ?? "?"}, reserved by orders ${reservedByOrders})`,
    );
  return few.join(", ");
}

function holdFinding(isTable: boolean, mayLock: boolean): MappingFinding {
  if (!isTable) return missing("row to hold", "the stock is no table here: race with --no-hold");
  return mayLock
    ? ok("row to hold", "the role may lock the product's row")
    : missing("row to hold", "the role may only read, and not lock a row: race with --no-hold");
}
