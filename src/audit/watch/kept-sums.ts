import type { Moment, TableFile } from "../sql/select-moment.ts";
import type { BlockSum, BlockSums } from "../sql/sum-blocks.ts";

/*
 * A table that grows is not summed anew each time. Rows go in at its end, so the sums of its older
 * blocks are kept, and only the blocks after them are read again. A block counts as old once every
 * transaction that was at work when the table had grown past it has ended: none of them can show a
 * row there later. Two things can still change an old block: a change of an old row, and a new row
 * that fills room there. So kept sums prove nothing by themselves:
 * - where they say that the law is broken, everything is counted in the same snapshot, and only that
 *   count says so: no false alarm is possible;
 * - where they say that it holds, a break among old rows may be hidden. Everything is counted again
 *   now and then, sooner where the server's statistics show that old rows were changed, and at the
 *   end: it is found late, not never, unless somebody mends it in between.
 * Asking every row which transaction wrote it (xmin) would need none of this, but without an index
 * it reads the whole table: a third of the cost of the sums over ten million rows.
 */

/** Before what end the table's blocks were, and every transaction at work then is before `next`. */
export interface Mark {
  readonly file: string;
  readonly blocks: number;
  readonly next: number;
}

/** Rows of transactions to come also go into blocks just before the end: those stay open. */
const openBlocks = 256;

/** Sums of the blocks before `to`, which are old. */
export interface KeptSums {
  readonly file: string;
  readonly to: number;
  readonly sums: BlockSums;
}

/** What has to be read to know a table's sums. */
export type Reading =
  /** The whole, and apart from it the blocks from `openFrom` on. */
  | { readonly complete: true; readonly openFrom: number }
  /** From what is kept to `to`, which is old now, and from there on. */
  | { readonly complete: false; readonly from: number; readonly to: number };

/** Pure. @param marks the newest last. */
export function readingOf(
  table: TableFile,
  moment: Pick<Moment, "oldestRunning">,
  kept: KeptSums | undefined,
  marks: readonly Mark[],
): Reading {
  const old = marks.findLast(
    ({ file, next }) => file === table.file && next <= moment.oldestRunning,
  );
  const before = (blocks: number) => Math.max(0, Math.min(blocks, table.blocks) - openBlocks);
  if (
    kept === undefined ||
    kept.file !== table.file ||
    // Cut off at its end by a vacuum, it may have grown again.
    table.blocks < kept.to
  ) {
    // Without a mark, what is at work writes into its last blocks most likely.
    return { complete: true, openFrom: before(old?.blocks ?? table.blocks) };
  }
  const to = old === undefined ? kept.to : Math.max(kept.to, before(old.blocks));
  return { complete: false, from: kept.to, to };
}

/** Pure. */
export function plus(a: BlockSums, b: BlockSums): BlockSums {
  return combined(a, b, 1);
}

/** Pure. What is nothing is left out. */
export function minus(a: BlockSums, b: BlockSums): BlockSums {
  return combined(a, b, -1);
}

function combined(a: BlockSums, b: BlockSums, sign: 1 | -1): BlockSums {
  const sums = new Map<string, BlockSum>(a);
  for (const [product, { pieces, rows }] of b) {
    const sum = sums.get(product) ?? { pieces: 0, rows: 0 };
    const next = { pieces: sum.pieces + sign * pieces, rows: sum.rows + sign * rows };
    if (next.rows === 0 && next.pieces === 0) sums.delete(product);
    else sums.set(product, next);
  }
  return sums;
}

/** Pure. */
export function rowsIn(sums: BlockSums): number {
  let rows = 0;
  for (const sum of sums.values()) rows += sum.rows;
  return rows;
}
