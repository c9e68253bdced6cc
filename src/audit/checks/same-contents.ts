import { toCents } from "../../order/money.ts";
import type { OrderContents } from "../row-origins.ts";

/** Whether both ask for the same. */
export function sameContents(a: OrderContents, b: OrderContents): boolean {
  return (
    sameWhereKnown(a.customerId, b.customerId) &&
    a.lines.length === b.lines.length &&
    a.lines.every((line, index) => {
      const other = b.lines[index];
      return (
        other !== undefined &&
        line.productId === other.productId &&
        line.quantity === other.quantity &&
        sameAmount(line.amount, other.amount)
      );
    })
  );
}

/** What one of the two does not say is no difference. */
function sameWhereKnown(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/** To the cent, where both have no more than two decimals; what one of them does not say is no difference. */
export function sameAmount(a: number | undefined, b: number | undefined): boolean {
  if (a === undefined || b === undefined) return true;
  return a === b || (toCents(a) !== undefined && toCents(a) === toCents(b));
}

/** What is in these rows that was not asked for; lines that are missing are no difference here. Pure. */
export function rowsDifference(
  rows: readonly {
    readonly lineNo: number | undefined;
    readonly customerId: string | undefined;
    readonly productId: string;
    readonly quantity: number;
    readonly amount: number | undefined;
  }[],
  asked: OrderContents,
  verb: string,
): string | undefined {
  for (const [index, row] of rows.entries()) {
    const line = asked.lines[row.lineNo === undefined ? index : row.lineNo - 1];
    if (!sameWhereKnown(row.customerId, asked.customerId)) return `customer ${row.customerId}`;
    if (line === undefined) continue;
    if (row.productId !== line.productId)
      return `product ${row.productId}, ${verb} ${line.productId}`;
    if (row.quantity !== line.quantity) return `quantity ${row.quantity}, ${verb} ${line.quantity}`;
    if (!sameAmount(row.amount, line.amount)) return `amount ${row.amount}, ${verb} ${line.amount}`;
  }
  return undefined;
}
