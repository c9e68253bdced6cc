import type { FloorJson } from "./bench-result.ts";
import { spreadOf } from "./statistics.ts";

/** One COPY of all rows; rate in rows per second. */
export interface FloorMeasured {
  readonly kind: "floor";
  readonly connections: number;
  readonly rate: number;
}

/**
 * Pure: with one connection, with many, and in each run the better of the two.
 * @param measured in the order of the runs; with one connection as "many", each counts as both.
 */
export function floorOf(measured: readonly FloorMeasured[], connections: number): FloorJson {
  const rates = (n: number) =>
    measured.filter((each) => each.connections === n).map(({ rate }) => rate);
  const one = rates(1);
  const many = rates(connections);
  return {
    one_connection_rows_per_second: spreadOf(one),
    connections,
    many_connections_rows_per_second: spreadOf(many),
    better_rows_per_second: spreadOf(one.map((rate, run) => Math.max(rate, many[run] ?? 0))),
  };
}
