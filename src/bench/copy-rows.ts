import type { Order } from "../order/order.ts";

/**
 * The rows of reserved orders as COPY's text format, the columns in the order of `copyOrders`. The
 * bench's own names hold nothing that this format would have to escape.
 */
export function copyLines(order: Order, partition: number, offset: number): string {
  const placedAt = new Date(order.placedAtMs).toISOString();
  let text = "";
  for (const [index, { productId, quantity, amount }] of order.lines.entries()) {
    text += `${order.orderId}\t${index + 1}\t${order.customerId}\t${productId}\t${quantity}\t${amount}\treserved\t${partition}\t${offset}\t${placedAt}\n`;
  }
  return text;
}

/** Below what a socket takes at once; a COPY of many small writes would measure the writes. */
const chunkLength = 256 * 1024;

/** Collects text as buffers for one connection. */
export class CopyBuffers {
  readonly #chunks: Buffer[] = [];
  #text = "";
  #rows = 0;

  add(text: string, rows: number): void {
    this.#text += text;
    this.#rows += rows;
    if (this.#text.length >= chunkLength) this.#flush();
  }

  get rows(): number {
    return this.#rows;
  }

  get chunks(): readonly Buffer[] {
    this.#flush();
    return this.#chunks;
  }

  #flush(): void {
    if (this.#text !== "") this.#chunks.push(Buffer.from(this.#text));
    this.#text = "";
  }
}
