import {
  bigintArray,
  byteaArray,
  integerArray,
  textArray,
} from "../../runtime/postgres/tables/binary-array.ts";
import type { DeadEvent } from "../read-events.ts";

const headBytes = 1_024;
const columns = 6;

/** Parameters for what can never be counted; NULLs where there is none. */
export function deadColumns(dead: readonly DeadEvent[]): readonly unknown[] {
  if (dead.length === 0) return Array.from({ length: columns }, () => null);
  return [
    integerArray(dead, (each) => each.partition),
    bigintArray(dead, (each) => each.message.offset),
    textArray(dead, (each) => each.reason),
    // PostgreSQL's text holds no NUL, and a lone surrogate is not UTF-8: the detail may quote either.
    textArray(dead, (each) => each.detail.replaceAll("\u0000", "\\0").toWellFormed()),
    integerArray(dead, (each) => each.message.value?.length ?? 0),
    byteaArray(dead, (each) => each.message.value?.subarray(0, headBytes) ?? null),
  ];
}
