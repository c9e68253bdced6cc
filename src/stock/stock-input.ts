import { Failure } from "../failure/failure.ts";
import { toCents } from "../order/money.ts";
import { isOrderText, orderLimits } from "../order/order.ts";
import type { NewProduct } from "./sql/insert-product.ts";

/** @throws Failure("usage") for text that an order could not name. */
export function productIdOf(text: string): string {
  return orderText(text, "a product id");
}

export function reasonOf(text: string): string {
  return orderText(text, "--reason");
}

/** A whole number, with a sign or without. */
export function piecesOf(text: string): number {
  const pieces = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(pieces)) return pieces;
  throw new Failure("usage", {
    what: `the number of pieces must be a whole number, found ${JSON.stringify(text.slice(0, 40))}`,
    remedy: "write it like 100 or -5",
  });
}

/** @throws Failure("usage") unless both are given and the price has at most two decimals. */
export function newProduct(name: string | undefined, price: string | undefined): NewProduct {
  const unitPrice = price !== undefined && /^\d+(\.\d+)?$/.test(price) ? Number(price) : Number.NaN;
  if (toCents(unitPrice) === undefined || unitPrice > orderLimits.amountMax) {
    throw new Failure("usage", {
      what: `--price must be a number from 0 with at most two decimals, found ${JSON.stringify(price)}`,
      remedy: "write it like 19.99",
    });
  }
  return { name: orderText(name ?? "", "--name"), unitPrice };
}

function orderText(text: string, what: string): string {
  const usable: boolean = isOrderText(text);
  if (usable) return text;
  throw new Failure("usage", {
    what: `${what} must be text of 1 to ${orderLimits.textLengthMax} characters, found ${JSON.stringify(text.slice(0, 40))}`,
    remedy: "correct it",
  });
}
