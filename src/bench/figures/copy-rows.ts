import type { Order } from "../../order/order.ts";

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

/** Long enough that a COPY does not measure its writes; short enough to deal evenly. */
const chunkLength = 128 * 1024;

/** Rows as chunks of text, held once and dealt to one connection or to many. */
export class CopyRows {
  readonly #chunks: { readonly text: Buffer; readonly rows: number }[] = [];
  #text = "";
  #rows = 0;

  add(text: string, rows: number): void {
    this.#text += text;
    this.#rows += rows;
    if (this.#text.length >= chunkLength) this.#flush();
  }

  /** @returns what each connection gets: chunk by chunk in turn, as batches go to workers. */
  dealt(connections: number): {
    readonly chunks: readonly (readonly Buffer[])[];
    readonly rows: number;
  } {
    this.#flush();
    const chunks = Array.from({ length: connections }, (_, connection) =>
      this.#chunks.filter((_, index) => index % connections === connection).map(({ text }) => text),
    );
    return { chunks, rows: this.#chunks.reduce((sum, { rows }) => sum + rows, 0) };
  }

  #flush(): void {
    if (this.#text === "") return;
    this.#chunks.push({ text: Buffer.from(this.#text), rows: this.#rows });
    this.#text = "";
    this.#rows = 0;
  }
}
