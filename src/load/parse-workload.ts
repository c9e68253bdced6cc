import { Failure } from "../failure/failure.ts";
import { toCents } from "../order/money.ts";
import { isOrderText, orderLimits } from "../order/order.ts";
import { type Product, seededProducts } from "../order/seeded-products.ts";
import { splitDistribution } from "./distribution/parse-distribution.ts";
import { customersMax, loadDefaults } from "./load-defaults.ts";
import type { HotProduct, WorkloadSpec } from "./workload.ts";

/** What a person writes to describe a workload; every field but seed and runId may be left out. */
export interface WorkloadText {
  readonly seed: string;
  readonly runId: string;
  /** `10000`. Like all that is drawn it may end in a distribution, `10000:zipf=1.1`. */
  readonly customers?: number | string | undefined;
  /** `PROD001,PROD002` or, for products that the seed data does not have, `PROD042=19.99`; `all` of the seed data. */
  readonly products?: string | undefined;
  /** `PROD007=80%`, any number of times. */
  readonly hot?: readonly string[] | undefined;
  /** `3` or `1-5`. */
  readonly quantity?: string | undefined;
  /** `9.99` or `5-500`; undefined: each product's own. */
  readonly price?: string | undefined;
  readonly linesPerOrder?: number | undefined;
  /** Orders in one request; 1 is each in its own. */
  readonly perRequest?: number | undefined;
  /** `30%` of the orders. */
  readonly payShare?: string | undefined;
  readonly cancelShare?: string | undefined;
}

/** @throws Failure("usage") that names the flag and shows how to write it. */
export function parseWorkload(text: WorkloadText): WorkloadSpec {
  const [customersText, customers] = drawn(text.customers ?? loadDefaults.customers, "customers");
  const [productsText, productsDrawn] = drawn(text.products ?? allProducts, "products");
  const [quantityText, quantityDrawn] = drawn(text.quantity ?? loadDefaults.quantity, "quantity");
  const [priceText, priceDrawn] = drawn(text.price ?? "", "price");
  const products = productsText === allProducts ? seededProducts : parseProducts(productsText);
  const hot = parseHot(text.hot ?? [], products);
  if (hot.length > 0 && productsDrawn.products !== undefined)
    throw usage("--hot and a distribution of --products contradict each other", "give one of them");
  const quantity = parseQuantity(quantityText);
  const linesPerOrder = text.linesPerOrder ?? loadDefaults.linesPerOrder;
  const price = text.price === undefined ? undefined : parsePrice(priceText);
  const priceMax = price?.max ?? Math.max(...products.map((product) => product.price));
  const distributions = { ...customers, ...productsDrawn, ...quantityDrawn, ...priceDrawn };
  if (priceMax * quantity.max * linesPerOrder > orderLimits.amountMax) {
    throw usage(
      "these prices and quantities make orders above the largest amount an order can have",
      `keep price × quantity × lines below ${orderLimits.amountMax}`,
    );
  }
  return {
    seed: text.seed,
    runId: parseRunId(text.runId),
    customers: parseCustomers(customersText),
    products,
    hot,
    quantity,
    linesPerOrder,
    ...((text.perRequest ?? 1) > 1 && { perRequest: text.perRequest }),
    ...(price && { price }),
    ...(Object.keys(distributions).length > 0 && { distributions }),
    ...parseChanges(text),
  };
}

/** What stands for the products of the seed data, to put a distribution behind. */
const allProducts = "all";

/** @returns the values as text, and how they are drawn under their name; nothing where that is not said. */
function drawn(
  text: string | number,
  name: keyof NonNullable<WorkloadSpec["distributions"]>,
): readonly [string, NonNullable<WorkloadSpec["distributions"]>] {
  const { values, distribution } = splitDistribution(String(text), `--${name}`);
  return [values, distribution === undefined ? {} : { [name]: distribution }];
}

function parseCustomers(text: string): number {
  const customers = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (customers >= 1 && customers <= customersMax) return customers;
  throw usage(
    `--customers "${text}" is no number of customers`,
    `give a number from 1 to ${customersMax}, e.g. --customers 10000:zipf=1.1`,
  );
}

/** So many different prices are told apart. */
const centsMax = 100_000_000;

function parsePrice(text: string): { min: number; max: number } {
  const [, from, to] = /^(\d+(?:\.\d{1,2})?)(?:-(\d+(?:\.\d{1,2})?))?$/.exec(text) ?? [];
  const min = Number(from);
  const max = Number(to ?? from);
  if (min <= max && (max - min) * 100 < centsMax && max <= orderLimits.amountMax)
    return { min, max };
  throw usage(
    `--price "${text}" is no price or range of prices`,
    `write e.g. --price 5-500 or --price 0.99-20:zipf=1.1, at most ${centsMax / 100} apart`,
  );
}

/** Without any the spec has none: the same text as ever stands for the same orders. */
function parseChanges({ payShare, cancelShare }: WorkloadText): Pick<WorkloadSpec, "changes"> {
  if (payShare === undefined && cancelShare === undefined) return {};
  const pay = parseShare("--pay-share", payShare);
  const cancel = parseShare("--cancel-share", cancelShare);
  if (pay + cancel <= 1) return { changes: { pay, cancel } };
  throw usage(
    "more than 100 % of the orders would be paid or cancelled",
    "keep --pay-share and --cancel-share together at 100% or below",
  );
}

function parseShare(flag: string, text = "0%"): number {
  const percent = /^(\d{1,3}(?:\.\d+)?)%$/.exec(text)?.[1];
  if (percent !== undefined && Number(percent) <= 100) return Number(percent) / 100;
  throw usage(`${flag} ${text} is not a share of the orders`, `write e.g. ${flag} 30%`);
}

function parseProducts(text: string): readonly Product[] {
  const products = text.split(",").map((part) => parseProduct(part.trim()));
  const ids = new Set(products.map((product) => product.productId));
  if (ids.size === products.length) return products;
  throw usage("--products names a product twice", "name each once; --hot makes one more frequent");
}

function parseProduct(text: string): Product {
  const [productId = "", priceText] = text.split("=", 2);
  if (!isOrderText(productId)) {
    throw usage(`--products has an empty or unusable name`, "write --products PROD001,PROD002");
  }
  if (priceText === undefined) {
    const seeded = seededProducts.find((product) => product.productId === productId);
    if (seeded !== undefined) return seeded;
    throw usage(
      `--products: the price of ${productId} is not known`,
      `give it with its price: --products ${productId}=19.99`,
    );
  }
  const price = /^\d+(\.\d{1,2})?$/.test(priceText) ? Number(priceText) : Number.NaN;
  if (toCents(price) !== undefined && price <= orderLimits.amountMax) return { productId, price };
  throw usage(
    `--products: "${priceText}" is not a price`,
    `write an amount with at most two decimals: ${productId}=19.99`,
  );
}

function parseHot(texts: readonly string[], products: readonly Product[]): readonly HotProduct[] {
  const hot = texts.map((text) => {
    const match = /^(.+)=(\d+(?:\.\d+)?)%$/.exec(text.trim());
    const share = Number(match?.[2]) / 100;
    if (match?.[1] === undefined || !(share > 0 && share <= 1)) {
      throw usage(`--hot "${text}" is not PRODUCT=SHARE%`, "write e.g. --hot PROD007=80%");
    }
    if (!products.some((product) => product.productId === match[1])) {
      throw usage(
        `--hot names ${match[1]}, which is not among the products`,
        "add it to --products, or choose one of them",
      );
    }
    return { productId: match[1], share };
  });
  const total = hot.reduce((sum, product) => sum + product.share, 0);
  if (new Set(hot.map((product) => product.productId)).size < hot.length) {
    throw usage("--hot names a product twice", "give one share for each");
  }
  if (total > 1 + 1e-9) throw usage("the shares of --hot exceed 100 %", "lower them");
  if (hot.length === products.length && total < 1 - 1e-9) {
    throw usage(
      "--hot names every product, yet its shares do not reach 100 %",
      "raise them, or leave one product to take the rest",
    );
  }
  return hot;
}

function parseQuantity(text: string): { min: number; max: number } {
  const match = /^(\d+)(?:-(\d+))?$/.exec(text.trim());
  const min = Number(match?.[1]);
  const max = Number(match?.[2] ?? match?.[1]);
  if (min >= orderLimits.quantityMin && min <= max && max <= orderLimits.quantityMax) {
    return { min, max };
  }
  throw usage(
    `--quantity "${text}" is not a number of pieces or a range`,
    `write e.g. --quantity 1-5, within ${orderLimits.quantityMin} and ${orderLimits.quantityMax}`,
  );
}

/** It stands in a header and in file names of other tools, so it is kept plain. */
export function parseRunId(text: string): string {
  if (/^[A-Za-z0-9._-]{1,64}$/.test(text)) return text;
  throw usage(
    `--run-id "${text}" cannot be used`,
    "use 1 to 64 letters, digits, dots, underscores or hyphens",
  );
}

function usage(what: string, remedy: string): Failure {
  return new Failure("usage", { what, remedy });
}
