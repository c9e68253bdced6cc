import type { LogMessage } from "../../ports/log.ts";

/** What a message asks for, as the small consumer reads it. */
export interface Asked {
  readonly orderId: string;
  readonly customerId: string;
  readonly lines: readonly AskedLine[];
  readonly placedAt: string;
  readonly partition: number;
  readonly offset: number;
}

export interface AskedLine {
  readonly productId: string;
  readonly quantity: number;
  /** In cents. */
  readonly cents: number;
}

/** A message that asks for nothing that can be decided. */
export interface Unreadable {
  readonly why: string;
}

interface Body {
  readonly order_id: string;
  readonly customer_id: string;
  readonly product_id: string;
  readonly quantity: number;
  readonly amount: number;
  readonly timestamp: string;
  readonly items?: readonly {
    readonly product_id: string;
    readonly quantity: number;
    readonly price: number;
  }[];
}

/** Code of its own, as somebody else would write it: of messages that prove itself has sent. */
export function readAsked({ partition, offset, value }: LogMessage): Asked | Unreadable {
  const body = bodyOf(String(value));
  if (body?.order_id === undefined) return { why: "no order can be read in it" };
  const lines = body.items?.map(({ product_id: productId, quantity, price }) => {
    return { productId, quantity, cents: Math.round(price * 100) * quantity };
  });
  const { product_id: productId, quantity, amount } = body;
  return {
    ...{ orderId: body.order_id, customerId: body.customer_id, placedAt: body.timestamp },
    ...{ partition, offset },
    lines: lines ?? [{ productId, quantity, cents: Math.round(amount * 100) }],
  };
}

function bodyOf(text: string): Body | undefined {
  try {
    return JSON.parse(text) as Body;
  } catch {
    return undefined;
  }
}
