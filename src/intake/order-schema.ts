import { describeFound } from "../order/describe-found.ts";
import { orderLimits } from "../order/order.ts";
import { fieldProblem, type Problem } from "./problem.ts";

/**
 * The shape of a request: types and ranges. What a schema cannot say (UTF-16 lengths, two decimals,
 * sums) stands in order-request.ts. Fields that are not ours are ignored.
 */
const text = { type: "string", minLength: 1, maxLength: orderLimits.textLengthMax } as const;
const quantity = {
  type: "integer",
  minimum: orderLimits.quantityMin,
  maximum: orderLimits.quantityMax,
} as const;
const money = { type: "number", minimum: 0, maximum: orderLimits.amountMax } as const;

export const orderSchema = {
  type: "object",
  required: ["customer_id"],
  properties: {
    customer_id: text,
    product_id: text,
    quantity,
    amount: money,
    items: {
      type: "array",
      minItems: 1,
      maxItems: orderLimits.linesMax,
      items: {
        type: "object",
        required: ["product_id", "quantity", "price"],
        properties: { product_id: text, quantity, price: money },
      },
    },
  },
} as const;

export const batchSchema = {
  type: "array",
  minItems: 1,
  maxItems: orderLimits.batchOrdersMax,
  items: orderSchema,
} as const;

/** What each field must be, for the sentence in the answer. */
export const expected = {
  text: `must be text of 1 to ${orderLimits.textLengthMax} characters without NUL or lone surrogates`,
  quantity: `must be a whole number from ${orderLimits.quantityMin} to ${orderLimits.quantityMax}`,
  money: `must be a number from 0 to ${orderLimits.amountMax} with at most two decimals`,
  items: `must be an array of 1 to ${orderLimits.linesMax} lines {product_id, quantity, price}`,
  item: "must be an object {product_id, quantity, price}",
} as const;

export const expectedBatch = `the body must be an array of 1 to ${orderLimits.batchOrdersMax} orders`;

const expectedOf: Readonly<Record<string, string>> = {
  customer_id: expected.text,
  product_id: expected.text,
  quantity: expected.quantity,
  amount: expected.money,
  price: expected.money,
  items: expected.items,
};

/** The part of a validator's error that matters here. */
export interface SchemaError {
  readonly keyword: string;
  /** JSON pointer: "", "/3", "/3/items/0/quantity". */
  readonly instancePath: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** @param body what was validated, to say what was found. */
export function problemOfSchemaError(error: SchemaError, body: unknown, batch: boolean): Problem {
  const missing = error.keyword === "required" ? String(error.params.missingProperty) : undefined;
  const path = error.instancePath.split("/").slice(1);
  const found = path.reduce<unknown>(
    (value, part) => (value as Record<string, unknown> | undefined)?.[part],
    body,
  );
  const index = batch && path.length > 0 ? { index: Number(path.shift()) } : {};
  if (missing !== undefined) {
    return { ...fieldProblem(fieldName([...path, missing]), "is missing"), ...index };
  }
  const name = path.at(-1);
  if (name === undefined) return { ...bodyProblem(found, batch && !("index" in index)), ...index };
  const rule = expectedOf[name] ?? expected.item;
  return { ...fieldProblem(fieldName(path), `${rule}; found ${describeFound(found)}`), ...index };
}

function bodyProblem(found: unknown, batch: boolean): Problem {
  const rule = batch ? expectedBatch : "an order must be a JSON object";
  return { error: "invalid_body", message: `${rule}; found ${describeFound(found)}` };
}

/** ["items", "0", "price"] → "items[0].price" */
function fieldName(path: readonly string[]): string {
  return path.reduce((name, part) => {
    if (/^\d+$/.test(part)) return `${name}[${part}]`;
    return name === "" ? part : `${name}.${part}`;
  }, "");
}
